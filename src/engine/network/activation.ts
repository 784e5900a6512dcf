/** What a convolution or linear layer applies to its sums: y = min(high, max(low, x < 0 ? alpha · x : x)), each if given. */

import { type Bounds as Activation, floatOf } from "../fuse/products/epilogue.js";
import type { Attributes, Initializer, OnnxNode } from "../lower/onnx.js";

export type { Activation };

/** An activation as attributes of a node. */
export const activationAttributes = (activation: Activation): Attributes =>
  Object.fromEntries(Object.entries(activation).map(([name, value]) => [name, { float: value }]));

/** The activation followed by a node; undefined if the two are not one. */
export function activationOf(
  { type, inputs, attributes }: OnnxNode,
  before: Activation,
  constants: ReadonlyMap<string, Initializer>,
): Activation | undefined {
  if (before.high !== undefined) return undefined;
  const scalar = (name: string) => {
    const data = constants.get(name)?.data;
    return data?.length === 1 ? Number(data[0]) : undefined;
  };
  const isFirst = Object.keys(before).length === 0;
  if (type === "LeakyRelu" && isFirst) return { alpha: floatOf(attributes.alpha) ?? 0.01 };
  if (before.low !== undefined) return undefined;
  if (type === "Relu") return { ...before, low: 0 };
  if (type !== "Clip" && !(type === "Max" && inputs.length === 2)) return undefined;
  let after = before;
  for (const [i, bound] of (["low", "high"] as const).entries()) {
    const name = inputs[i + 1];
    // The bound is left out.
    if (!name) continue;
    const value = scalar(name);
    if (value === undefined) return undefined;
    after = { ...after, [bound]: value };
  }
  return after;
}
