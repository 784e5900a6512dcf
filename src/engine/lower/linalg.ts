/**
 * Cholesky factor and triangular solve by recursive 2×2 blocking. Each level is a few matrix products, so a matrix of size n
 * takes O(n) small operators, and its arithmetic runs as GEMM. Systems up to `MAX_SIZE`.
 */

import { dot } from "./dot.js";
import { concatenate, pad, reshape, slice } from "./movement.js";
import { floatsOnly, type LoweringRules, refuse } from "./rules.js";
import { type Emitter, uniform, type Value } from "./values.js";

/** The largest system. Closed-form heads solve systems of the size of the support set. */
const MAX_SIZE = 128;

type Bounds = [start: number, end: number];

/** A block of the last two axes. */
function block(e: Emitter, a: Value, rows: Bounds, columns: Bounds): Value {
  const lead = a.shape.slice(0, -2).map((d): Bounds => [0, d]);
  return slice(e, a, [...lead, rows, columns]);
}

const last = (value: Value) => value.shape[value.shape.length - 1];

/** x · yᵀ over the last two axes. */
function timesTransposed(e: Emitter, x: Value, y: Value): Value {
  const lead = x.shape.slice(0, -2);
  const [m, n, k] = [x.shape[lead.length], y.shape[lead.length], last(x)];
  return dot(e, reshape(e, x, [...lead, m, 1, k]), reshape(e, y, [...lead, 1, n, k]));
}

const minus = (e: Emitter, x: Value, y: Value) => e.elementwise("Sub", [x, y], x.dtype);

/** Solve each row of b [.., m, n] by an upper triangular a [.., n, n]: x with a · xᵀ = bᵀ. */
function solveUpper(e: Emitter, a: Value, b: Value, unitDiagonal: boolean): Value {
  const [n, m] = [last(a), b.shape[b.shape.length - 2]];
  if (n === 1) return unitDiagonal ? b : e.elementwise("Div", [b, a], b.dtype);
  const half = n >> 1;
  const [head, tail, rows]: Bounds[] = [
    [0, half],
    [half, n],
    [0, m],
  ];
  const x2 = solveUpper(e, block(e, a, tail, tail), block(e, b, rows, tail), unitDiagonal);
  const known = timesTransposed(e, x2, block(e, a, head, tail));
  const x1 = solveUpper(e, block(e, a, head, head), minus(e, block(e, b, rows, head), known), unitDiagonal);
  return concatenate(e, [x1, x2], b.shape.length - 1);
}

/** Solve each row of b by a lower triangular a: x with a · xᵀ = bᵀ. */
function solveLower(e: Emitter, a: Value, b: Value): Value {
  const [n, m] = [last(a), b.shape[b.shape.length - 2]];
  if (n === 1) return e.elementwise("Div", [b, a], b.dtype);
  const half = n >> 1;
  const [head, tail, rows]: Bounds[] = [
    [0, half],
    [half, n],
    [0, m],
  ];
  const x1 = solveLower(e, block(e, a, head, head), block(e, b, rows, head));
  const known = timesTransposed(e, x1, block(e, a, tail, head));
  const x2 = solveLower(e, block(e, a, tail, tail), minus(e, block(e, b, rows, tail), known));
  return concatenate(e, [x1, x2], b.shape.length - 1);
}

/** The lower triangular L with L · Lᵀ = a, from the lower triangle of a. */
function cholesky(e: Emitter, a: Value): Value {
  const n = last(a);
  if (n === 1) return e.elementwise("Sqrt", [a], a.dtype);
  const half = n >> 1;
  const [head, tail]: Bounds[] = [
    [0, half],
    [half, n],
  ];
  const l11 = cholesky(e, block(e, a, head, head));
  const l21 = solveLower(e, l11, block(e, a, tail, head));
  const l22 = cholesky(e, minus(e, block(e, a, tail, tail), timesTransposed(e, l21, l21)));
  const axis = a.shape.length - 1;
  const width = a.shape.map((_, i): Bounds => [0, i === axis ? n - half : 0]);
  return concatenate(e, [pad(e, l11, width), concatenate(e, [l21, l22], axis)], axis - 1);
}

/** The matrix, stored in full. @throws {InputError} `engine/primitive-not-lowered` if it is larger than `MAX_SIZE`. */
function matrix(e: Emitter, primitive: string, a: Value): Value {
  floatsOnly(primitive, a);
  if (last(a) > MAX_SIZE) throw refuse(primitive, `size ${last(a)}; it is unrolled up to ${MAX_SIZE}`);
  return e.full(a);
}

export const linalgRules: LoweringRules = {
  cholesky: (e, [a]) => cholesky(e, matrix(e, "cholesky", a)),
  triangular_solve: (e, [a, b], { unitDiagonal }, [out]) => {
    if (b.uniform === 0) return uniform(0, b.dtype, out.shape);
    return solveUpper(e, matrix(e, "triangular_solve", a), e.full(b), unitDiagonal);
  },
};
