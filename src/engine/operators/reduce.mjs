/** Reductions and matrix products of numbers and integers. */

import { forEachEntry, stridesOf } from "./broadcast.mjs";
import { integersOf } from "./movement.mjs";

/** @typedef {import("./types.js").Operator} Operator */

/** @type {(initial: number, combine: (a: number, b: number) => number) => Operator} */
const reduction =
  (initial, combine) =>
  ([x, axes], [out]) => {
    const reduced = integersOf(axes);
    const [source, target] = [/** @type {Float32Array} */ (x.data), /** @type {Float32Array} */ (out.data)];
    const sums = new Float64Array(target.length).fill(initial);
    const kept = x.shape.map((size, axis) => (reduced.includes(axis) ? 1 : size));
    forEachEntry(x.shape, [stridesOf(kept, x.shape)], (i, at) => {
      sums[at] = combine(sums[at], source[i]);
    });
    target.set(sums);
  };

/** A product of matrices of integers, or of batches of them. */
/** @type {Operator} */
const product = ([x, y], [out]) => {
  const [m, n] = out.shape.slice(-2);
  const k = x.shape[x.shape.length - 1];
  const batch = out.shape.slice(0, -2);
  const [a, b, c] = [x, y, out].map(({ data }) => /** @type {Int32Array} */ (data));
  const strides = [x, y].map(({ shape }) => {
    const size = shape.slice(-2).reduce((p, q) => p * q, 1);
    return stridesOf(shape.slice(0, -2), batch).map((stride) => stride * size);
  });
  forEachEntry(batch, strides, (matrix, atA, atB) => {
    for (let i = 0; i < m; i++)
      for (let j = 0; j < n; j++) {
        let sum = 0;
        for (let l = 0; l < k; l++) sum = (sum + Math.imul(a[atA + i * k + l], b[atB + l * n + j])) | 0;
        c[(matrix * m + i) * n + j] = sum;
      }
  });
};

/** @type {Record<string, Operator>} */
export const reducingOperators = {
  ReduceSum: reduction(0, (a, b) => a + b),
  ReduceProd: reduction(1, (a, b) => a * b),
  ReduceMax: reduction(Number.NEGATIVE_INFINITY, (a, b) => (b > a || Number.isNaN(b) ? b : a)),
  ReduceMin: reduction(Number.POSITIVE_INFINITY, (a, b) => (b < a || Number.isNaN(b) ? b : a)),
  MatMul: product,
};
