/** Entries of arrays that broadcast. */

/** Entries that one step along each axis of `shape` moves in an array of shape `of`; 0 along axes that are broadcast. */
export function stridesOf(/** @type {readonly number[]} */ of, /** @type {readonly number[]} */ shape) {
  const strides = shape.map(() => 0);
  let stride = 1;
  for (let axis = of.length - 1; axis >= 0; axis--) {
    if (of[axis] !== 1) strides[axis + shape.length - of.length] = stride;
    stride *= of[axis];
  }
  return strides;
}

/**
 * Call `visit` for every entry of `shape` in row-major order, with its position and those in arrays of these strides.
 *
 * @param {readonly number[]} shape
 * @param {readonly (readonly number[])[]} strides
 * @param {(position: number, a: number, b: number, c: number) => void} visit
 * @param {readonly number[]} starts positions in the arrays of the first entry
 */
export function forEachEntry(shape, strides, visit, starts = []) {
  const size = shape.reduce((a, b) => a * b, 1);
  const counters = shape.map(() => 0);
  const at = [0, 1, 2].map((i) => starts[i] ?? 0);
  for (let position = 0; position < size; position++) {
    visit(position, at[0], at[1], at[2]);
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      const isLast = ++counters[axis] === shape[axis];
      for (let i = 0; i < strides.length; i++)
        at[i] += isLast ? strides[i][axis] * (1 - shape[axis]) : strides[i][axis];
      if (!isLast) break;
      counters[axis] = 0;
    }
  }
}
