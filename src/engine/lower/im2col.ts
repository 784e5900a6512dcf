/**
 * Convolution as a matrix product of patches, im2col (Chellapilla, Puri, Simard, 2006): each row of the first matrix is the
 * window of the kernel at one position. Matrix products run at the machine's peak; ONNX Runtime's own convolution at half.
 *
 * Fused kernels write the patches a block at a time, so that a block is still in the cache when it is multiplied. Channels
 * are the last axis of everything here.
 */

import { evenRanges, indicesOf, sizeOf } from "../../base/array.js";
import { concatenate, pad, reshape, slice, transpose } from "./movement.js";
import { type Emitter, range, type Shape, type Value } from "./values.js";

type Padding = readonly [before: number, after: number];

/** Entries of a block of patches: 1 MB. */
const BLOCK = 1 << 18;
/** Patches of at most so many blocks are not divided. */
const MAX_WHOLE = 3;

/** x [Vx, N, C, …] and w [1, K, C, …kernel] give [Vx, N, K, …out]. */
export function convAsProduct(
  e: Emitter,
  x: Value,
  w: Value,
  padding: readonly Padding[],
  out: Shape,
): Value {
  const [vx, n, c, ...space] = x.shape;
  const [, k, , ...kernel] = w.shape;
  const images = reshape(e, e.full(x), [vx * n, c, ...space]);
  const weights = reshape(e, e.full(w), [k, c, ...kernel]);
  const y =
    sizeOf(kernel) > sizeOf(out)
      ? byOutput(e, images, weights, padding, out)
      : byKernel(e, images, weights, padding, out);
  return reshape(e, y, [vx, n, k, ...out]);
}

const spaceAxes = (out: Shape) => range(out.length).map((i) => i + 1);

/** For kernels smaller than the output: a row per position of the output, Y = P(x) · W. */
function byKernel(e: Emitter, x: Value, w: Value, padding: readonly Padding[], out: Shape): Value {
  const [n, c] = x.shape;
  const [k, , ...kernel] = w.shape;
  const axes = spaceAxes(out).map((axis) => axis + 1);
  const columns = sizeOf(kernel) * c;
  const matrix = reshape(e, transpose(e, w, [...axes, 1, 0]), [columns, k]);
  const last = transpose(e, x, [0, ...axes, 1]);
  const blocks = blocksOf(n, sizeOf(out) * columns).map(([start, end]) => {
    const rows = (end - start) * sizeOf(out);
    const patches = reshape(e, unfold(e, last, [start, end], padding, kernel, out), [rows, columns]);
    const spec = { dtype: x.dtype, shape: [rows, k] };
    return e.op("MatMul", [e.fullName(patches), e.fullName(matrix)], spec);
  });
  const whole = reshape(e, blocks.length > 1 ? concatenate(e, blocks, 0) : blocks[0], [n, ...out, k]);
  return transpose(e, whole, [0, out.length + 1, ...spaceAxes(out)]);
}

/** For kernels larger than the output, as in the gradient of a weight: a row per position of the kernel, Y = P(x)ᵀ · W. */
function byOutput(e: Emitter, x: Value, w: Value, padding: readonly Padding[], out: Shape): Value {
  const [n, c] = x.shape;
  const [k, , ...kernel] = w.shape;
  const axes = spaceAxes(out).map((axis) => axis + 1);
  const columns = sizeOf(out) * n;
  const last = transpose(e, x, [1, ...axes, 0]);
  const matrix = transpose(e, w, [1, ...axes, 0]);
  let sum: Value | undefined;
  for (const [start, end] of blocksOf(c, sizeOf(kernel) * columns)) {
    const rows = (end - start) * sizeOf(kernel);
    // Patches of many blocks leave the cache before the backward pass reads them: they are written again.
    const scope = end - start < c ? "gradient" : "";
    const patches = e.graph.within(scope, () =>
      reshape(e, unfold(e, last, [start, end], padding, out, kernel), [rows, columns]),
    );
    const part = slice(
      e,
      matrix,
      matrix.shape.map((size, axis): [number, number] => (axis === 0 ? [start, end] : [0, size])),
    );
    const factors = [patches, reshape(e, part, [rows, k])].map((factor) => e.fullName(factor));
    const spec = { dtype: x.dtype, shape: [columns, k] };
    sum = e.op("Gemm", sum ? [...factors, sum.name!] : factors, spec, { transA: 1 });
  }
  const whole = reshape(e, sum!, [...out, n, k]);
  return transpose(e, whole, [out.length, out.length + 1, ...range(out.length)]);
}

/** Ranges of images whose patches form a block; `entries` is the number of patch entries per image. */
function blocksOf(images: number, entries: number): [start: number, end: number][] {
  const isWhole = images * entries <= MAX_WHOLE * BLOCK;
  const most = isWhole ? images : Math.max(1, Math.floor(BLOCK / entries));
  const count = Math.ceil(images / most);
  return evenRanges(images, count);
}

/**
 * Patches: the window at every position. Images [N, …space, C] give [n, …positions, window · C] for the n images of a block.
 */
function unfold(
  e: Emitter,
  x: Value,
  block: readonly [number, number],
  padding: readonly Padding[],
  window: Shape,
  positions: Shape,
): Value {
  const padded = pad(e, x, [[0, 0], ...padding, [0, 0]]);
  const views = indicesOf(window).map((place) => {
    const bounds = padded.shape.map((size, axis): [number, number] => {
      if (axis === 0) return [block[0], block[1]];
      const i = axis - 1;
      return i < place.length ? [place[i], place[i] + positions[i]] : [0, size];
    });
    return slice(e, padded, bounds);
  });
  return concatenate(e, views, positions.length + 1);
}
