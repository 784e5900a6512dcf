/**
 * Rule of reduce. A sum of matrix products along a batch axis, Σ_b Σ_k x[b, …, k] · y[b, …, k], becomes one product along
 * (b, k). The gradient of a weight that a mapped axis shares is such a sum.
 */

import { sizeOf } from "../../base/array.js";
import { dot } from "./dot.js";
import { reshape, transpose } from "./movement.js";
import { reduce } from "./reduce.js";
import type { LoweringRules } from "./rules.js";
import { type Emitter, range, type Value } from "./values.js";

/** The sum along `axes` as one product; undefined unless both operands have a batch axis among them and store it. */
function sumOfProducts(e: Emitter, { shape, product }: Value, axes: readonly number[]): Value | undefined {
  if (!product) return undefined;
  const { x, y } = product;
  const summed = axes.flatMap((axis) => product.axes[axis] ?? []);
  if (summed.length === 0 || summed.some((axis) => x.stored[axis] === 1 || y.stored[axis] === 1))
    return undefined;
  const last = x.shape.length - 1;
  const kept = range(last).filter((axis) => !summed.includes(axis));
  const joined = (v: Value) => {
    const size = sizeOf([...summed, last].map((axis) => v.shape[axis]));
    const ordered = transpose(e, v, [...kept, ...summed, last]);
    return reshape(e, ordered, [...kept.map((axis) => v.shape[axis]), size]);
  };
  const left = shape.filter((_, axis) => !axes.includes(axis));
  return reshape(e, dot(e, joined(x), joined(y)), left);
}

export const sumRules: LoweringRules = {
  reduce: (e, [input], { op, axis }, [out]) => {
    const x = e.cast(input, out.dtype);
    return (op === "Add" && sumOfProducts(e, x, axis)) || reduce(e, x, op, axis);
  },
};
