/** The vectors of a support as rows of a matrix, dense or sparse: inner products among them and with others. */

import { gramOfRows } from "./rows.js";

export interface SupportRows {
  /** X Xᵀ `[n, n]`. */
  gram(): Float64Array;
  /** X x `[n]`. */
  products(x: Float32Array): Float64Array;
  /** Euclidean length of each row `[n]`. */
  readonly lengths: Float64Array;
  /** X `[n, width]`, row-major; absent for sparse rows. */
  readonly matrix?: Float64Array;
}

/** The largest share of numbers other than 0 of rows that are kept sparse. */
const SPARSE = 0.1;

/** Rows of at least one vector, sparse if nearly all numbers are 0. */
export function supportRows(vectors: readonly Float32Array[]): SupportRows {
  const width = vectors[0].length;
  let filled = 0;
  for (const vector of vectors) for (let k = 0; k < width; k++) if (vector[k] !== 0) filled++;
  const rows = filled < SPARSE * width * vectors.length ? sparseRows(vectors) : denseRows(vectors);
  return { ...rows, lengths: Float64Array.from(vectors, lengthOf) };
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

type Products = Omit<SupportRows, "lengths">;

function denseRows(vectors: readonly Float32Array[]): Products {
  const n = vectors.length;
  const width = vectors[0].length;
  const matrix = matrixOf(vectors);
  return {
    matrix,
    gram: () => gramOfRows(matrix, n, width),
    products(x) {
      const wide = Float64Array.from(x);
      const out = new Float64Array(n);
      for (let i = 0; i < n; i += 4) {
        // A row beyond the last repeats it, and is computed again to the same number.
        const [b, c, d] = [Math.min(i + 1, n - 1), Math.min(i + 2, n - 1), Math.min(i + 3, n - 1)];
        const [ia, ib, ic, id] = [i * width, b * width, c * width, d * width];
        let [sa, sb, sc, sd] = [0, 0, 0, 0];
        for (let k = 0; k < width; k++) {
          const y = wide[k];
          sa += matrix[ia + k] * y;
          sb += matrix[ib + k] * y;
          sc += matrix[ic + k] * y;
          sd += matrix[id + k] * y;
        }
        out[i] = sa;
        out[b] = sb;
        out[c] = sc;
        out[d] = sd;
      }
      return out;
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
  return {
    gram() {
      const out = new Float64Array(n * n);
      for (let k = 0; k < width; k++)
        for (let a = starts[k]; a < starts[k + 1]; a++)
          for (let b = starts[k]; b <= a; b++) out[rows[a] * n + rows[b]] += values[a] * values[b];
      for (let i = 0; i < n; i++) for (let j = 0; j < i; j++) out[j * n + i] = out[i * n + j];
      return out;
    },
    products(x) {
      const out = new Float64Array(n);
      for (let k = 0; k < width; k++)
        if (x[k] !== 0) for (let a = starts[k]; a < starts[k + 1]; a++) out[rows[a]] += x[k] * values[a];
      return out;
    },
  };
}
