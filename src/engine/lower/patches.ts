/**
 * Convolution of any spacing and any weights as matrix products, for programs without ONNX Runtime. As im2col.ts, with
 * strides, dilations, and a weight per mapped entry, and with all patches at once.
 */

import { indicesOf, sizeOf } from "../../base/array.js";
import { concatenate, pad, reshape, slice, transpose } from "./movement.js";
import { type Emitter, range, type Shape, type Value } from "./values.js";

type Padding = readonly [before: number, after: number];

/** Places along the axes of space: how many, and how far apart. */
interface Places {
  readonly sizes: Shape;
  readonly step: Shape;
}

interface Spacing {
  readonly strides: Shape;
  readonly padding: readonly Padding[];
  readonly rhsDilation: Shape;
}

/** x [Vx, N, C, …space] and w [Vw, K, C, …kernel] give [V, N, K, …out]; Vx or Vw is 1 if all share x or w. */
export function convByPatches(
  e: Emitter,
  x: Value,
  w: Value,
  { strides, padding, rhsDilation }: Spacing,
  out: Shape,
): Value {
  const [vx, n, c, ...space] = x.shape;
  const [vw, k, , ...kernel] = w.shape;
  const axes = range(out.length).map((i) => i + 3);
  const taps = sizeOf(kernel);
  const positions = { sizes: out, step: strides };
  const window = { sizes: kernel, step: rhsDilation };
  const spec = { dtype: x.dtype, shape: [Math.max(vx, vw), n * sizeOf(out), k] };
  const product = (a: Value, b: Value) => e.op("MatMul", [e.fullName(a), e.fullName(b)], spec);
  if (taps <= sizeOf(out)) {
    // A row per position of the output.
    const last = reshape(e, transpose(e, e.full(x), [0, 1, ...axes, 2]), [vx * n, ...space, c]);
    const rows = reshape(e, unfold(e, last, padding, positions, window), [vx, n * sizeOf(out), taps * c]);
    const matrix = reshape(e, transpose(e, e.full(w), [0, ...axes, 2, 1]), [vw, taps * c, k]);
    const y = reshape(e, product(rows, matrix), [spec.shape[0], n, ...out, k]);
    return transpose(e, y, [0, 1, out.length + 2, ...range(out.length).map((i) => i + 2)]);
  }
  // A row per position of the kernel, as in the gradient of a weight.
  const last = reshape(e, transpose(e, e.full(x), [0, 2, ...axes, 1]), [vx * c, ...space, n]);
  const rows = reshape(e, unfold(e, last, padding, window, positions), [vx, c * taps, sizeOf(out) * n]);
  const matrix = reshape(e, transpose(e, e.full(w), [0, 2, ...axes, 1]), [vw, c * taps, k]);
  const y = reshape(e, product(transpose(e, rows, [0, 2, 1]), matrix), [spec.shape[0], ...out, n, k]);
  return transpose(e, y, [0, out.length + 1, out.length + 2, ...range(out.length).map((i) => i + 1)]);
}

/** The window at every position: [L, …space, C] gives [L, …positions, window · C]. */
function unfold(e: Emitter, x: Value, padding: readonly Padding[], positions: Places, window: Places): Value {
  // An entry of every step, so that strided views are slices of a split axis.
  const reach = positions.sizes.map(
    (count, i) => (window.sizes[i] - 1) * window.step[i] + count * positions.step[i],
  );
  const widths = padding.map(([before, after], i): [number, number] => [
    before,
    Math.max(after, reach[i] - before - x.shape[i + 1]),
  ]);
  const padded = pad(e, x, [[0, 0], ...widths, [0, 0]]);
  const views = indicesOf(window.sizes).map((place) =>
    place.reduce((view, at, i) => {
      const [axis, start] = [i + 1, at * window.step[i]];
      const [count, step] = [positions.sizes[i], positions.step[i]];
      const bounds = (of: Value, on: number, end: number) =>
        of.shape.map((size, each): [number, number] =>
          each === on ? [on === axis ? start : 0, end] : [0, size],
        );
      const cut = slice(e, view, bounds(view, axis, start + count * step));
      if (step === 1) return cut;
      const split = reshape(e, cut, [...cut.shape.slice(0, axis), count, step, ...cut.shape.slice(axis + 1)]);
      return reshape(e, slice(e, split, bounds(split, axis + 1, 1)), view.shape.toSpliced(axis, 1, count));
    }, padded),
  );
  return concatenate(e, views, positions.sizes.length + 1);
}
