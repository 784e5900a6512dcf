/** Indexing and order: gather, scatter-add, sort, argsort, and windows (pool) with their adjoint. */

import { sizeOf } from "../../base/array.js";
import type { Attributes } from "../onnx.js";
import { dot } from "./dot.js";
import { multiply } from "./elementwise.js";
import { moveAxis, reshape, transpose, withRank } from "./movement.js";
import { type LoweringRules, refuse } from "./rules.js";
import { broadcastShapes, type Emitter, range, type Shape, uniform, type Value } from "./values.js";

interface IndexParams {
  axis: readonly number[];
  outDim: number;
}

/** Several index arrays as one position in the row-major order of the indexed axes, and their common shape. */
function linearIndex(
  e: Emitter,
  indices: readonly Value[],
  sizes: Shape,
): { positions: Value; shape: number[] } {
  const shape = broadcastShapes(...indices.map((index) => index.shape));
  const terms = indices.map((index, i) => {
    const stride = sizeOf(sizes.slice(i + 1));
    return multiply(e, e.cast(index, "int64"), uniform(stride, "int64", []));
  });
  const sum = terms.reduce((a, b) => e.elementwise("Add", [a, b], "int64"));
  const stretched = { ...withRank(e, sum, shape.length), shape };
  return { positions: reshape(e, e.full(stretched), [sizeOf(shape)]), shape };
}

/** x indexed along `axis` by index arrays of one (broadcast) shape, which takes its place at `outDim`. */
function gather(
  e: Emitter,
  [x, ...indices]: readonly Value[],
  { axis, outDim }: IndexParams,
  out: Shape,
): Value {
  if (x.uniform !== undefined) return uniform(x.uniform, x.dtype, out);
  const rest = range(x.shape.length).filter((i) => !axis.includes(i));
  const sizes = axis.map((i) => x.shape[i]);
  const others = rest.map((i) => x.shape[i]);
  const rows = reshape(e, e.full(transpose(e, x, [...axis, ...rest])), [sizeOf(sizes), ...others]);
  const { positions, shape } = linearIndex(e, indices, sizes);
  const spec = { dtype: x.dtype, shape: [sizeOf(shape), ...others] };
  const picked = e.op("Gather", [e.fullName(rows), e.name(positions)], spec, { axis: 0 });
  const order = range(out.length).map((i) => {
    if (i < outDim) return shape.length + i;
    return i < outDim + shape.length ? i - outDim : i;
  });
  return transpose(e, reshape(e, picked, [...shape, ...others]), order);
}

/** The adjoint of gather: zeros of `out`, with the updates added at their positions. */
function scatter(
  e: Emitter,
  [updates, ...indices]: readonly Value[],
  { axis, outDim, op }: IndexParams & { op: string },
  out: Shape,
): Value {
  if (op !== "add" && op !== "set") throw refuse("scatter", `operation ${op}`);
  if (updates.uniform === 0) return uniform(0, updates.dtype, out);
  const rest = range(out.length).filter((i) => !axis.includes(i));
  const sizes = axis.map((i) => out[i]);
  const others = rest.map((i) => out[i]);
  const { positions, shape } = linearIndex(e, indices, sizes);
  const first = range(shape.length).map((i) => i + outDim);
  const order = [...first, ...range(updates.shape.length).filter((i) => !first.includes(i))];
  const count = sizeOf(shape);
  const rows = reshape(e, e.full(transpose(e, updates, order)), [count, ...others]);
  const zeros = e.full(uniform(0, updates.dtype, [sizeOf(sizes), ...others]));
  const inputs = [e.name(zeros), e.name(reshape(e, positions, [count, 1])), e.fullName(rows)];
  const attributes: Attributes = op === "add" ? { reduction: "add" } : {};
  const filled = e.op("ScatterND", inputs, { dtype: updates.dtype, shape: zeros.shape }, attributes);
  const back = [...axis, ...rest];
  return transpose(
    e,
    reshape(e, filled, [...sizes, ...others]),
    range(out.length).map((i) => back.indexOf(i)),
  );
}

/** Ascending order along the last axis: the values and the positions they came from; ties keep their order. */
function sorted(e: Emitter, x: Value): [values: Value, positions: Value] {
  const length = x.shape[x.shape.length - 1];
  const attributes = { axis: -1, largest: 0, sorted: 1 };
  const [values, positions] = e.graph.ops("TopK", [e.fullName(x), e.graph.ints([length])], 2, attributes);
  const stored = { shape: x.shape, stored: x.shape };
  return [
    { ...stored, dtype: x.dtype, name: values },
    e.cast({ ...stored, dtype: "int64", name: positions }, "int32"),
  ];
}

interface WindowParams {
  window: readonly number[];
  strides: readonly number[];
}

/** The 0/1 matrix [windows · window, size] that says which entry each window place sees. */
function windowMatrix(
  e: Emitter,
  size: number,
  window: number,
  stride: number,
): { matrix: Value; count: number } {
  const count = Math.ceil((size - window + 1) / stride);
  const data = new Float32Array(count * window * size);
  for (let o = 0; o < count; o++)
    for (let k = 0; k < window; k++) data[(o * window + k) * size + o * stride + k] = 1;
  return { matrix: e.constant({ dtype: "float32", shape: [count * window, size], data }), count };
}

/** [.., size] → [.., count, window] along one axis moved last, by a product with the window matrix. */
function unfoldLast(e: Emitter, x: Value, window: number, stride: number): Value {
  const rank = x.shape.length;
  const size = x.shape[rank - 1];
  const { matrix, count } = windowMatrix(e, size, window, stride);
  const spread = reshape(e, x, [...x.shape.slice(0, -1), 1, size]);
  const y = dot(e, spread, matrix);
  return reshape(e, y, [...x.shape.slice(0, -1), count, window]);
}

/** Windows of the last axes: [.., *size] → [.., *count, *window]. */
function pool(e: Emitter, x: Value, { window, strides }: WindowParams): Value {
  const [dims, first] = [window.length, x.shape.length - window.length];
  return window.reduce((value, size, i) => {
    // So far: [lead…, count…(i), size…(dims − i), window…(i)].
    const last = moveAxis(e, value, first + i, value.shape.length - 1);
    const unfolded = unfoldLast(e, last, size, strides[i]);
    // [lead…, count…(i), size…(dims − i − 1), window…(i), count, window] → the count goes to its place.
    return moveAxis(e, unfolded, first + dims - 1 + i, first + i);
  }, x);
}

/** The adjoint of pool: every window place is added back to the entry it saw. */
function poolTranspose(
  e: Emitter,
  y: Value,
  { window, strides, inShape }: WindowParams & { inShape: Shape },
): Value {
  const [dims, first] = [window.length, inShape.length - window.length];
  return range(dims).reduceRight((value, i) => {
    const { matrix, count } = windowMatrix(e, inShape[first + i], window[i], strides[i]);
    // [lead…, count…(i + 1), size…, window…(i + 1)]: bring this axis' count next to its window, at the end.
    const joined = moveAxis(e, value, first + i, value.shape.length - 2);
    const lead = joined.shape.slice(0, -2);
    const flat = reshape(e, joined, [...lead, 1, count * window[i]]);
    const folded = dot(e, flat, transpose(e, matrix, [1, 0]));
    return moveAxis(e, folded, folded.shape.length - 1, first + i);
  }, y);
}

export const indexingRules: LoweringRules = {
  gather: (e, inputs, params, [out]) => gather(e, inputs, params, out.shape),
  scatter: (e, inputs, params, [out]) => scatter(e, inputs, params, out.shape),
  sort: (e, [x]) => sorted(e, x)[0],
  argsort: (e, [x]) => sorted(e, x),
  pool: (e, [x], params) => pool(e, x, params),
  pool_transpose: (e, [y], params) => poolTranspose(e, y, params),
};
