/** Reductions. Along a broadcast axis a sum is a multiplication. */

import { sizeOf } from "../../base/array.js";
import { multiply } from "./elementwise.js";
import { reshape } from "./movement.js";
import { type Emitter, range, uniform, type Value } from "./values.js";

const types = { Add: "ReduceSum", Max: "ReduceMax", Min: "ReduceMin", Mul: "ReduceProd" } as const;

/** Reduce along `axes` without keeping them. Of booleans, Max is `any` and Min is `all`. */
export function reduce(e: Emitter, value: Value, op: keyof typeof types, axes: readonly number[]): Value {
  if (value.dtype === "bool") return e.cast(reduce(e, e.cast(value, "int32"), op, axes), "bool");
  const kept = range(value.shape.length).filter((axis) => !axes.includes(axis));
  const shape = kept.map((axis) => value.shape[axis]);
  const count = sizeOf(axes.map((axis) => value.shape[axis]));
  if (value.uniform !== undefined) {
    const x = value.uniform;
    return uniform(op === "Add" ? x * count : op === "Mul" ? x ** count : x, value.dtype, shape);
  }
  const source = op === "Mul" ? e.full(value, axes) : value;
  const reducedAxes = axes.filter((axis) => source.stored[axis] !== 1);
  const repeats = sizeOf(axes.filter((axis) => !reducedAxes.includes(axis)).map((axis) => value.shape[axis]));
  const dropped = { ...source, shape: source.shape.map((d, i) => (axes.includes(i) ? source.stored[i] : d)) };
  const left = range(value.shape.length).filter((axis) => !reducedAxes.includes(axis));
  const reduced: Value = reducedAxes.length
    ? {
        dtype: value.dtype,
        shape: left.map((axis) => dropped.shape[axis]),
        stored: left.map((axis) => source.stored[axis]),
        name: e.graph.op(types[op], [source.name!, e.graph.ints(reducedAxes)], { keepdims: 0 }),
      }
    : dropped;
  const result = reshape(e, reduced, shape);
  return op === "Add" && repeats !== 1 ? multiply(e, result, uniform(repeats, value.dtype, shape)) : result;
}
