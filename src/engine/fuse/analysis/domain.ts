/** Iteration spaces of targets: what their loops go through, and where the results are stored. */

import type { TensorTable } from "../../lower/tensors.js";
import type { Shape } from "../../lower/values.js";
import { type Combine, isFold, operandStart, placingTypes, reduceTypes, type Target } from "./kernel.js";
import type { AxisIndex, Index } from "./views.js";

/** The iteration space of a target. */
export interface Domain {
  /** The tensor that is computed at every index of `shape`. */
  readonly source: string;
  readonly shape: Shape;
  /** Axes that are reduced. */
  readonly axes: readonly number[];
  readonly combine: Combine;
  /** The index into the target, given an index into `source`. */
  output(index: Index): Index;
}

export function domainOf({ name, operand = 0 }: Target, tensors: TensorTable): Domain {
  const node = tensors.producers.get(name)!;
  const { shape } = tensors.of(name);
  if (placingTypes.has(node.type)) {
    const source = node.inputs[operand];
    const starts = operandStart(node, operand, tensors);
    const placed = (index: AxisIndex, axis: number): AxisIndex => ({
      ...index,
      size: shape[axis],
      offset: index.offset + starts[axis],
    });
    return {
      source,
      shape: tensors.of(source).shape,
      axes: [],
      combine: "store",
      output: (index) => index.map(placed),
    };
  }
  if (!reduceTypes.has(node.type) || isFold(node, tensors))
    return { source: name, shape, axes: [], combine: "store", output: (index) => index };
  const axes = tensors.ints(node.inputs[1]);
  return {
    source: node.inputs[0],
    shape: tensors.of(node.inputs[0]).shape,
    axes,
    combine: node.type as Combine,
    output: (index) => index.filter((_, axis) => !axes.includes(axis)),
  };
}
