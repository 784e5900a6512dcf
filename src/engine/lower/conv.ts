/**
 * Convolution (cross-correlation, as usual in deep learning) with any dilation, any padding, also negative, and any number
 * of mapped leading axes.
 *
 * x [*v, N, C, *space] and w [*v, K, C, *kernel] give [*v, N, K, *out]. Leading axes that both operands store become
 * groups of a grouped convolution (a weight per task), those that only x stores become batch, those that only w stores
 * become output channels.
 */

import { sizeOf } from "../../base/array.js";
import { directConvolution } from "./direct-conv.js";
import { convAsProduct } from "./im2col.js";
import { dilate, flip, moveAxis, reshape, slice, transpose } from "./movement.js";
import { convByPatches } from "./patches.js";
import { floatsOnly, type LoweringRules } from "./rules.js";
import { type Emitter, ones, range, type Shape, uniform, type Value } from "./values.js";

type Padding = readonly [before: number, after: number];

interface Spacing {
  strides: readonly number[];
  padding: readonly Padding[];
  rhsDilation: readonly number[];
}

interface ConvParams extends Spacing {
  vmapDims: number;
  lhsDilation: readonly number[];
}

const isUnit = (factors: readonly number[]) => factors.every((factor) => factor === 1);

/** The operand with its leading axes merged into one, of size 1 if it is broadcast along all of them. */
function mergeLeading(e: Emitter, value: Value, dims: number, sizes: Shape): Value {
  const rest = value.shape.slice(dims);
  const isBroadcast = value.stored.slice(0, dims).every((size) => size === 1);
  const lead = isBroadcast ? ones(dims) : sizes;
  return reshape(e, { ...value, shape: [...lead, ...rest] }, [sizeOf(lead), ...rest]);
}

/** Slice the input instead of negative padding, which ONNX's Conv does not allow. */
function withoutNegativePadding(
  e: Emitter,
  x: Value,
  first: number,
  padding: readonly Padding[],
): [Value, Padding[]] {
  const bounds = x.shape.map((size, axis): [number, number] => {
    const [before, after] = padding[axis - first] ?? [0, 0];
    return [Math.max(0, -before), size - Math.max(0, -after)];
  });
  return [slice(e, x, bounds), padding.map(([before, after]) => [Math.max(0, before), Math.max(0, after)])];
}

/** x [Vx, N, C, …] and w [Vw, K, C, …] give [V, N, K, …] by one Conv; Vx and Vw are V or 1. */
function byConv(
  e: Emitter,
  x: Value,
  w: Value,
  { padding, strides, rhsDilation }: Spacing,
  out: Shape,
): Value {
  const [vx, n, c, ...space] = x.shape;
  const [vw, k, , ...kernel] = w.shape;
  const run = (input: Value, weights: Value, group: number) => {
    const pads = [...padding.map(([before]) => before), ...padding.map(([, after]) => after)];
    const attributes = { pads, strides, dilations: rhsDilation, group };
    const spec = { dtype: x.dtype, shape: [input.shape[0], weights.shape[0], ...out] };
    return e.op("Conv", [e.fullName(input), e.fullName(weights)], spec, attributes);
  };
  if (vw === 1) {
    const y = run(reshape(e, x, [vx * n, c, ...space]), reshape(e, w, [k, c, ...kernel]), 1);
    return reshape(e, y, [vx, n, k, ...out]);
  }
  const weights = reshape(e, w, [vw * k, c, ...kernel]);
  const input =
    vx === 1 ? reshape(e, x, [n, c, ...space]) : reshape(e, moveAxis(e, x, 1, 0), [n, vx * c, ...space]);
  return moveAxis(e, reshape(e, run(input, weights, vx), [n, vw, k, ...out]), 1, 0);
}

/** By the operator for constant weights; undefined if they are not constant, or the operator has no such form. */
function byConstant(
  e: Emitter,
  x: Value,
  w: Value,
  { strides, padding, rhsDilation }: Spacing,
  out: Shape,
): Value | undefined {
  const [vx, n, c, ...space] = x.shape;
  const [vw, k, , ...kernel] = w.shape;
  const weight = vw === 1 && e.graph.constantOf(reshape(e, w, [k, c, ...kernel]).name);
  if (!weight || !isUnit(rhsDilation) || out.length > 2) return undefined;
  const last = range(out.length + 2).slice(2);
  const images = transpose(e, reshape(e, e.full(x), [vx * n, c, ...space]), [0, ...last, 1]);
  const y = directConvolution(e, images, { weight, isDepthwise: false, strides, padding, activation: {} });
  const back = last.map((axis) => axis - 1);
  return reshape(e, transpose(e, y, [0, out.length + 1, ...back]), [vx, n, k, ...out]);
}

/**
 * As matrix products if the program is to be fused and the weight is not mapped, or if it runs without ONNX Runtime; by ONNX's
 * Conv otherwise.
 */
function unswapped(e: Emitter, x: Value, w: Value, spacing: Spacing, out: Shape): Value {
  const { strides, rhsDilation, padding } = spacing;
  if (e.im2col === "all") {
    const direct = byConstant(e, x, w, spacing, out);
    if (direct) return direct;
  }
  const isPlain = isUnit(strides) && isUnit(rhsDilation) && w.shape[0] === 1;
  if (e.im2col !== "none" && isPlain) return convAsProduct(e, x, w, padding, out);
  return e.im2col === "all" ? convByPatches(e, x, w, spacing, out) : byConv(e, x, w, spacing, out);
}

/**
 * The same with x as kernel and w as input, if w is larger than x, as in second-order gradients: y[o] = Σ_i x[i] · w[i + p − o],
 * flipped in o. Not swapped, such a convolution takes thirty times as long.
 */
function swapped(e: Emitter, x: Value, w: Value, padding: readonly Padding[], out: Shape): Value {
  const space = range(out.length).map((axis) => axis + 3);
  const around = padding.map(([before], i): Padding => {
    const first = out[i] - 1 - before;
    return [first, x.shape[i + 3] + out[i] - 1 - w.shape[i + 3] - first];
  });
  const [input, pads] = withoutNegativePadding(e, w, 3, around);
  const spacing = { padding: pads, strides: ones(out.length), rhsDilation: ones(out.length) };
  const y = unswapped(e, input, x, spacing, out);
  return transpose(e, flip(e, y, space), [0, 2, 1, ...space]);
}

function conv(e: Emitter, lhs: Value, rhs: Value, params: ConvParams, out: Shape): Value {
  const { vmapDims, strides, rhsDilation, lhsDilation } = params;
  if (lhs.uniform === 0 || rhs.uniform === 0) return uniform(0, lhs.dtype, out);
  const [input, padding] = withoutNegativePadding(
    e,
    dilate(e, lhs, lhsDilation),
    vmapDims + 2,
    params.padding,
  );
  const sizes = out.slice(0, vmapDims);
  const x = mergeLeading(e, input, vmapDims, sizes);
  const w = mergeLeading(e, rhs, vmapDims, sizes);
  const spaceOut = out.slice(vmapDims + 2);
  const swap = isUnit(strides) && isUnit(rhsDilation) && sizeOf(w.shape.slice(3)) > sizeOf(x.shape.slice(3));
  const spacing = { padding, strides, rhsDilation };
  const y = swap ? swapped(e, x, w, padding, spaceOut) : unswapped(e, x, w, spacing, spaceOut);
  if (y.shape[0] === sizeOf(sizes)) return reshape(e, y, out);
  return e.restore(y, [...ones(vmapDims), ...out.slice(vmapDims)], out);
}

/** A convolution without spatial axes gets one of size 1. */
function withSpace(e: Emitter, x: Value, w: Value, params: ConvParams, out: Shape): Value {
  if (params.strides.length > 0) return conv(e, x, w, params, out);
  const [a, b] = [x, w].map((v) => reshape(e, v, [...v.shape, 1]));
  const one = { strides: [1], lhsDilation: [1], rhsDilation: [1], padding: [[0, 0] as const] };
  return reshape(e, conv(e, a, b, { ...params, ...one }, [...out, 1]), out);
}

export const convRules: LoweringRules = {
  conv: (e, operands, params, [out]) => {
    const [x, w] = operands.map((v) => e.cast(v, out.dtype));
    floatsOnly("conv", x);
    return withSpace(e, x, w, params, out.shape);
  },
};
