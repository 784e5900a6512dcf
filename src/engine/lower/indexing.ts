/** gather, scatter-add, sort and argsort. */

import { sizeOf } from "../../base/array.js";
import { multiply } from "./elementwise.js";
import { reshape, transpose, withRank } from "./movement.js";
import { type LoweringRules, refuse } from "./rules.js";
import { broadcastShapes, type Emitter, range, type Shape, uniform, type Value } from "./values.js";

interface IndexParams {
  axis: readonly number[];
  outDim: number;
}

/** Index arrays of several axes as positions in the row-major order of these axes, and the broadcast shape of the arrays. */
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
  const broadcasted = { ...withRank(e, sum, shape.length), shape };
  return { positions: reshape(e, e.full(broadcasted), [sizeOf(shape)]), shape };
}

/** x indexed along `axis` by index arrays, whose broadcast shape is inserted at `outDim`. */
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

/** The adjoint of gather: zeros of shape `out` with the updates added at their positions. */
function scatter(
  e: Emitter,
  [updates, ...indices]: readonly Value[],
  { axis, outDim, op }: IndexParams & { op: string },
  out: Shape,
): Value {
  if (op !== "add" || updates.dtype === "bool") throw refuse("scatter", `${op} of ${updates.dtype}`);
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
  const filled = e.op("ScatterND", inputs, zeros, { reduction: "add" });
  const back = [...axis, ...rest];
  return transpose(
    e,
    reshape(e, filled, [...sizes, ...others]),
    range(out.length).map((i) => back.indexOf(i)),
  );
}

/** Stable ascending sort along the last axis: the values, and their positions before. */
function sorted(e: Emitter, x: Value): [values: Value, positions: Value] {
  if (x.dtype === "bool") {
    const [values, positions] = sorted(e, e.cast(x, "int32"));
    return [e.cast(values, "bool"), positions];
  }
  const length = x.shape[x.shape.length - 1];
  const attributes = { axis: -1, largest: 0, sorted: 1 };
  const [values, positions] = e.graph.ops("TopK", [e.fullName(x), e.graph.ints([length])], 2, attributes);
  const stored = { shape: x.shape, stored: x.shape };
  return [
    { ...stored, dtype: x.dtype, name: values },
    e.cast({ ...stored, dtype: "int64", name: positions }, "int32"),
  ];
}

export const indexingRules: LoweringRules = {
  gather: (e, inputs, params, [out]) => gather(e, inputs, params, out.shape),
  scatter: (e, inputs, params, [out]) => scatter(e, inputs, params, out.shape),
  sort: (e, [x]) => sorted(e, x)[0],
  argsort: (e, [x]) => sorted(e, x),
};
