/** The vectors of a support as rows of a matrix, dense or sparse: inner products among them and with others. */

import { gramOf, productsOf } from "./products.js";

/** Rows X `[n, width]`. */
export interface SupportRows {
  /** The lower triangle of X Xᵀ `[n, n]`. */
  gram(): Float64Array;
  /** X x `[n]`. It is computed once per vector. */
  products(x: Float32Array): Float64Array;
  /** The cosine of each row and x `[n]`; 0 for vectors of zeros. It is computed once per vector. */
  cosines(x: Float32Array): Float64Array;
  /** Compute the products with vectors together, which takes less time. */
  prepare(vectors: readonly Float32Array[]): void;
  /** Euclidean length of each row `[n]`. */
  readonly lengths: Float64Array;
  /** X, row-major; absent for sparse rows. */
  readonly matrix?: Float64Array;
}

/** The largest share of numbers other than 0 of rows that are kept sparse. */
const SPARSE = 0.1;

/** Columns at the start of rows that are dense, from which on they are kept apart from sparse ones that follow. */
const DENSE_START = 64;

/** Rows of at least one vector, sparse if nearly all numbers are 0, or all after the first columns. */
export function supportRows(vectors: readonly Float32Array[]): SupportRows {
  const width = vectors[0].length;
  const filled = new Uint32Array(width);
  for (const vector of vectors) for (let k = 0; k < width; k++) if (vector[k] !== 0) filled[k]++;
  const n = vectors.length;
  const isSparse = (from: number) =>
    filled.subarray(from).reduce((sum, count) => sum + count, 0) < SPARSE * (width - from) * n;
  const start = filled.findIndex((count) => 2 * count < n);
  const { gram, matrix, multiply } = isSparse(0)
    ? sparseRows(vectors)
    : start >= DENSE_START && isSparse(start)
      ? splitRows(vectors, start)
      : denseRows(vectors);
  const known = new WeakMap<Float32Array, Float64Array>();
  const prepare = (others: readonly Float32Array[]) => {
    const missing = others.filter((each) => !known.has(each));
    if (missing.length > 0)
      for (const [i, products] of multiply(missing).entries()) known.set(missing[i], products);
  };
  const products = (x: Float32Array) => {
    prepare([x]);
    return known.get(x)!;
  };
  const lengths = Float64Array.from(vectors, lengthOf);
  const knownCosines = new WeakMap<Float32Array, Float64Array>();
  const cosines = (x: Float32Array) => {
    const found = knownCosines.get(x);
    if (found) return found;
    const length = lengthOf(x);
    const cosine = products(x).map((product, i) => product / (length * lengths[i] || 1));
    knownCosines.set(x, cosine);
    return cosine;
  };
  return { gram, prepare, products, cosines, lengths, ...(matrix && { matrix }) };
}

/** Euclidean length of a vector. */
export function lengthOf(vector: Float32Array): number {
  let squares = 0;
  for (let k = 0; k < vector.length; k++) squares += vector[k] * vector[k];
  return Math.sqrt(squares);
}

/** The vectors one after the other `[n, width]`. */
export function matrixOf(vectors: readonly Float32Array[]): Float64Array {
  const width = vectors[0].length;
  const out = new Float64Array(vectors.length * width);
  for (const [i, vector] of vectors.entries()) out.set(vector, i * width);
  return out;
}

interface Products extends Pick<SupportRows, "gram" | "matrix"> {
  /** X x `[n]` of each vector x. */
  multiply(vectors: readonly Float32Array[]): Float64Array[];
}

function denseRows(vectors: readonly Float32Array[]): Products {
  const n = vectors.length;
  const width = vectors[0].length;
  const matrix = matrixOf(vectors);
  return {
    matrix,
    gram: () => gramOf(matrix, n, width),
    multiply(others) {
      const products = productsOf(others, others.length, matrix, n, width);
      return others.map((_, i) => products.subarray(i * n, (i + 1) * n));
    },
  };
}

/** Rows whose columns before `start` are dense, and sparse from there on. */
function splitRows(vectors: readonly Float32Array[], start: number): Products {
  const dense = denseRows(vectors.map((vector) => vector.subarray(0, start)));
  const sparse = sparseRows(vectors.map((vector) => vector.subarray(start)));
  const added = (to: Float64Array, other: Float64Array) => {
    for (let k = 0; k < to.length; k++) to[k] += other[k];
    return to;
  };
  return {
    gram: () => added(dense.gram(), sparse.gram()),
    multiply(others) {
      const products = dense.multiply(others.map((vector) => vector.subarray(0, start)));
      const rest = sparse.multiply(others.map((vector) => vector.subarray(start)));
      return products.map((own, i) => added(own, rest[i]));
    },
  };
}

/** Rows by column: of column k, the rows that are not 0 there and their values, at `starts[k]` to `starts[k + 1]`. */
function sparseRows(vectors: readonly Float32Array[]): Products {
  const n = vectors.length;
  const width = vectors[0].length;
  const starts = new Uint32Array(width + 1);
  for (const vector of vectors) for (let k = 0; k < width; k++) if (vector[k] !== 0) starts[k + 1]++;
  for (let k = 0; k < width; k++) starts[k + 1] += starts[k];
  const rows = new Uint32Array(starts[width]);
  const values = new Float64Array(starts[width]);
  const next = starts.slice();
  for (const [row, vector] of vectors.entries())
    for (let k = 0; k < width; k++)
      if (vector[k] !== 0) {
        rows[next[k]] = row;
        values[next[k]++] = vector[k];
      }
  const productsWith = (x: Float32Array) => {
    const out = new Float64Array(n);
    for (let k = 0; k < width; k++)
      if (x[k] !== 0) for (let a = starts[k]; a < starts[k + 1]; a++) out[rows[a]] += x[k] * values[a];
    return out;
  };
  return {
    gram() {
      const out = new Float64Array(n * n);
      for (let k = 0; k < width; k++)
        for (let a = starts[k]; a < starts[k + 1]; a++)
          for (let b = starts[k]; b <= a; b++) out[rows[a] * n + rows[b]] += values[a] * values[b];
      return out;
    },
    multiply: (others) => others.map(productsWith),
  };
}
