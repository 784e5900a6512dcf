/**
 * Rules of pool (sliding windows of the last axes) and of its adjoint.
 *
 * A window of w entries with stride s is J = ⌈w / s⌉ consecutive blocks of s entries, the last one cut off. So unfolding
 * concatenates J shifted slices of the blocks, and folding adds J shifted slices; with s = w, J is 1 and both are a reshape.
 * Nothing is multiplied: an infinite entry stays in its windows, and integers stay exact.
 */

import { add } from "./elementwise.js";
import { concatenate, pad, reshape, slice, transpose } from "./movement.js";
import type { LoweringRules } from "./rules.js";
import { type Emitter, range, type Shape, type Value } from "./values.js";

interface WindowParams {
  window: readonly number[];
  strides: readonly number[];
}

const replaced = (shape: Shape, axis: number, axes: number, by: Shape) => [
  ...shape.slice(0, axis),
  ...by,
  ...shape.slice(axis + axes),
];

/** The entries [start, end) of one axis, with zeros outside the array. */
function cut(e: Emitter, x: Value, axis: number, start: number, end: number): Value {
  const along = <T>(value: T, elsewhere: (size: number) => T) =>
    x.shape.map((d, i) => (i === axis ? value : elsewhere(d)));
  const size = x.shape[axis];
  const width = along<[number, number]>([Math.max(0, -start), Math.max(0, end - size)], () => [0, 0]);
  const first = start + width[axis][0];
  const bounds = along<[number, number]>([first, first + end - start], (d) => [0, d]);
  return slice(e, pad(e, x, width), bounds);
}

/** Replace an axis [size] by [count, window]. */
function unfold(e: Emitter, x: Value, axis: number, window: number, stride: number): Value {
  const count = Math.ceil((x.shape[axis] - window + 1) / stride);
  const shifts = Math.ceil(window / stride);
  const blocks = count + shifts - 1;
  const whole = cut(e, x, axis, 0, blocks * stride);
  const split = reshape(e, whole, replaced(whole.shape, axis, 1, [blocks, stride]));
  const views = range(shifts).map((shift) => cut(e, split, axis, shift, shift + count));
  return cut(e, concatenate(e, views, axis + 1), axis + 1, 0, window);
}

/** The adjoint of unfold: replace the axes [count, window] by [size], adding overlapping windows. */
function fold(e: Emitter, y: Value, axis: number, stride: number, size: number): Value {
  const [count, window] = y.shape.slice(axis, axis + 2);
  const shifts = Math.ceil(window / stride);
  const terms = range(shifts).map((shift) => {
    const block = cut(e, y, axis + 1, shift * stride, (shift + 1) * stride);
    return cut(e, block, axis, -shift, count + shifts - 1 - shift);
  });
  const sum = terms.reduce((a, b) => add(e, a, b));
  const joined = reshape(e, sum, replaced(sum.shape, axis, 2, [(count + shifts - 1) * stride]));
  return cut(e, joined, axis, 0, size);
}

/** x [.., *size] gives [.., *count, *window]. */
function pool(e: Emitter, x: Value, { window, strides }: WindowParams): Value {
  const [dims, first] = [window.length, x.shape.length - window.length];
  const unfolded = window.reduce((value, size, i) => unfold(e, value, first + 2 * i, size, strides[i]), x);
  const [counts, places] = [range(dims).map((i) => first + 2 * i), range(dims).map((i) => first + 2 * i + 1)];
  return transpose(e, unfolded, [...range(first), ...counts, ...places]);
}

/** y [.., *count, *window] gives [.., *size]. */
function poolTranspose(
  e: Emitter,
  y: Value,
  { strides, window, inShape }: WindowParams & { inShape: Shape },
): Value {
  const [dims, first] = [window.length, inShape.length - window.length];
  const pairs = range(dims).flatMap((i) => [first + i, first + dims + i]);
  const paired = transpose(e, y, [...range(first), ...pairs]);
  return range(dims).reduce((value, i) => fold(e, value, first + i, strides[i], inShape[first + i]), paired);
}

export const windowRules: LoweringRules = {
  pool: (e, [x], params) => pool(e, x, params),
  pool_transpose: (e, [y], params) => poolTranspose(e, y, params),
};
