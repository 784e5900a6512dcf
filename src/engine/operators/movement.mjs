/** Operators that move entries: transpose, expand, slice, pad, concatenate, gather, scatter, sort. */

import { forEachEntry, stridesOf } from "./broadcast.mjs";

/**
 * @typedef {import("./types.js").Operator} Operator
 * @typedef {import("./types.js").Operand} Operand
 */

const plainStrides = (/** @type {readonly number[]} */ shape) =>
  shape.map((_, axis) => shape.slice(axis + 1).reduce((a, b) => a * b, 1));

/** The entries of a constant integer vector. */
export const integersOf = (/** @type {Operand} */ { data }) => Array.from(data, Number);

/** Entries of any type: the arrays of one operator have one type. */
const entriesOf = (/** @type {Operand} */ { data }) => /** @type {Float32Array} */ (data);

/** Copy the entries of `x` at these strides into `out`, in row-major order of `shape`. */
function copy(
  /** @type {Operand} */ x,
  /** @type {Operand} */ out,
  /** @type {readonly number[]} */ shape,
  { from = plainStrides(shape), to = plainStrides(shape), start = 0, end = 0 },
) {
  const [source, target] = [entriesOf(x), entriesOf(out)];
  forEachEntry(
    shape,
    [from, to],
    (_, a, b) => {
      target[b] = source[a];
    },
    [start, end],
  );
}

/** Copy `x` whole into `out`, where its first entry is at the index `start`. */
function place(/** @type {Operand} */ x, /** @type {Operand} */ out, /** @type {readonly number[]} */ start) {
  const to = plainStrides(out.shape);
  copy(x, out, x.shape, { to, end: start.reduce((sum, index, axis) => sum + index * to[axis], 0) });
}

/** Stable ascending order of a row, not-a-number last. */
function orderOf(/** @type {ArrayLike<number>} */ row) {
  const rank = (/** @type {number} */ entry) => (Number.isNaN(entry) ? 1 : 0);
  return Array.from(row, (_, i) => i).sort((i, j) => rank(row[i]) - rank(row[j]) || row[i] - row[j] || i - j);
}

/** @type {Record<string, Operator>} */
export const movementOperators = {
  Transpose: ([x], [out], { perm }) => {
    const strides = plainStrides(x.shape);
    copy(x, out, out.shape, { from: /** @type {number[]} */ (perm).map((axis) => strides[axis]) });
  },
  Expand: ([x], [out]) => copy(x, out, out.shape, { from: stridesOf(x.shape, out.shape) }),
  Slice: ([x, starts, , axes, steps], [out]) => {
    const [from, along] = [integersOf(starts), integersOf(axes)];
    const strides = plainStrides(x.shape);
    let start = 0;
    for (const [i, axis] of along.entries()) {
      // A slice with steps reverses whole axes.
      start += strides[axis] * (steps ? x.shape[axis] - 1 : from[i]);
      if (steps) strides[axis] = -strides[axis];
    }
    copy(x, out, out.shape, { from: strides, start });
  },
  Pad: ([x, pads], [out]) => {
    entriesOf(out).fill(0);
    place(x, out, integersOf(pads).slice(0, out.shape.length));
  },
  Concat: (inputs, [out], { axis }) => {
    let next = 0;
    for (const x of inputs) {
      place(
        x,
        out,
        out.shape.map((_, each) => (each === axis ? next : 0)),
      );
      next += x.shape[/** @type {number} */ (axis)];
    }
  },
  Gather: ([x, positions], [out]) => {
    const row = x.shape.slice(1).reduce((a, b) => a * b, 1);
    const [source, target] = [entriesOf(x), entriesOf(out)];
    for (const [i, position] of integersOf(positions).entries()) {
      const from = position < 0 ? position + x.shape[0] : position;
      if (!(from >= 0 && from < x.shape[0]))
        throw new Error(`position ${position} is not within ${x.shape[0]} rows`);
      target.set(source.subarray(from * row, (from + 1) * row), i * row);
    }
  },
  /** Adds rows of updates at positions along the first axis. */
  ScatterND: ([x, positions, updates], [out]) => {
    const row = x.shape.slice(1).reduce((a, b) => a * b, 1);
    const [source, target, added] = [x, out, updates].map(entriesOf);
    target.set(source);
    for (const [i, position] of integersOf(positions).entries()) {
      if (!(position >= 0 && position < x.shape[0]))
        throw new Error(`position ${position} is not within ${x.shape[0]} rows`);
      for (let k = 0; k < row; k++) target[position * row + k] += added[i * row + k];
    }
  },
  /** The whole last axis, ascending. */
  TopK: ([x], [values, positions]) => {
    const size = x.shape[x.shape.length - 1];
    const [source, sorted] = [entriesOf(x), entriesOf(values)];
    const at = /** @type {BigInt64Array} */ (positions.data);
    for (let start = 0; start < source.length; start += size)
      for (const [i, from] of orderOf(source.subarray(start, start + size)).entries()) {
        sorted[start + i] = source[start + from];
        at[start + i] = BigInt(from);
      }
  },
};
