/**
 * Index maps: which entry of a tensor a loop nest is at, as a function of its loop counters.
 *
 * The index along an axis is offset + step · (d₁ d₂ …), where d₁ d₂ … is a mixed-radix number whose digits are loop
 * counters, the most significant first. Reading through a reshape, transpose, slice or broadcast rearranges these
 * digits; no entry is copied.
 */

import type { OnnxNode } from "../../lower/onnx.js";
import type { TensorTable } from "../../lower/tensors.js";
import type { Shape } from "../../lower/values.js";

/** The index along one axis of `size` entries. Without digits it is constant. */
export interface AxisIndex {
  readonly size: number;
  /** Positions of loops in the nest, the most significant digit first. */
  readonly digits: readonly number[];
  readonly offset: number;
  readonly step: number;
}

/** An index into a tensor, one entry per axis. */
export type Index = readonly AxisIndex[];

/** Why a tensor cannot be read through a reshape with the loops as they are. */
export type Obstacle =
  /** `loop` has to be split in two, the outer of size `outer`. */
  | { readonly kind: "split"; readonly loop: number; readonly outer: number; readonly tensor: string }
  /** No loop nest reads through the reshape: `tensor`, its operand, has to be stored. */
  | { readonly kind: "unreadable"; readonly tensor: string };

export const isObstacle = (index: Index | Obstacle): index is Obstacle => "kind" in index;

/** Operators that only rearrange, repeat or drop entries. */
export const viewTypes: ReadonlySet<string> = new Set([
  "Reshape",
  "Transpose",
  "Expand",
  "Slice",
  "Identity",
]);

/** The index of an axis that `digits` count through from 0. */
export const counted = (size: number, digits: readonly number[]): AxisIndex => ({
  size,
  digits,
  offset: 0,
  step: 1,
});

/** The index into an operand of `shape` that is broadcast to the shape that `index` is of. */
export function broadcastIndex(index: Index, shape: Shape): Index {
  const missing = index.length - shape.length;
  return shape.map((size, axis) => {
    const outer = index[axis + missing];
    return size === 1 && outer.size !== 1 ? counted(1, []) : outer;
  });
}

/** The index into the operand of a view, given an index into the view; `loops` are the sizes of the loops. */
export function throughView(
  node: OnnxNode,
  index: Index,
  tensors: TensorTable,
  loops: readonly number[],
): Index | Obstacle {
  const [operand] = node.inputs;
  const { shape } = tensors.of(operand);
  if (node.type === "Identity") return index;
  if (node.type === "Expand") return broadcastIndex(index, shape);
  if (node.type === "Transpose") {
    const perm = node.attributes.perm as readonly number[];
    return shape.map((_, axis) => index[perm.indexOf(axis)]);
  }
  if (node.type === "Slice") return throughSlice(node, index, shape, tensors);
  return throughReshape(operand, index, shape, loops);
}

function throughSlice({ inputs }: OnnxNode, index: Index, shape: Shape, tensors: TensorTable): Index {
  const [starts, axes] = [tensors.ints(inputs[1]), tensors.ints(inputs[3])];
  // A slice with steps reverses whole axes: movement.ts writes no other.
  const isReversed = inputs[4] !== undefined;
  return shape.map((size, axis) => {
    const [sliced, outer] = [axes.indexOf(axis), index[axis]];
    if (sliced < 0) return { ...outer, size };
    if (isReversed) return { ...outer, size, offset: size - 1 - outer.offset, step: -outer.step };
    return { ...outer, size, offset: outer.offset + starts[sliced] };
  });
}

/** Regroup the digits of all axes so that they count through axes of other sizes in the same row-major order. */
export function throughReshape(
  operand: string,
  index: Index,
  shape: Shape,
  loops: readonly number[],
): Index | Obstacle {
  const unreadable: Obstacle = { kind: "unreadable", tensor: operand };
  for (const { size, digits, offset, step } of index) {
    const covered = digits.reduce((n, loop) => n * loops[loop], 1);
    if (size > 1 && (offset !== 0 || step !== 1 || covered !== size)) return unreadable;
  }
  const digits = index.flatMap((axis) => (axis.size > 1 ? axis.digits : []));
  const regrouped: AxisIndex[] = [];
  let next = 0;
  for (const size of shape) {
    const taken: number[] = [];
    for (let left = size; left > 1; ) {
      const loop = digits[next++];
      if (left % loops[loop] === 0) left /= loops[loop];
      else if (loops[loop] % left === 0) return { kind: "split", loop, outer: left, tensor: operand };
      else return unreadable;
      taken.push(loop);
    }
    regrouped.push(counted(size, taken));
  }
  return regrouped;
}

/** Strides of each loop and offset, in entries, of `index` in a row-major array of `shape`. */
export function stridesOf(
  index: Index,
  shape: Shape,
  loops: readonly number[],
): { strides: number[]; offset: number } {
  const strides = loops.map(() => 0);
  let [offset, axisStride] = [0, 1];
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    const { digits, step, offset: start } = index[axis];
    offset += axisStride * start;
    let stride = axisStride * step;
    for (const loop of digits.toReversed()) {
      strides[loop] += stride;
      stride *= loops[loop];
    }
    axisStride *= shape[axis];
  }
  return { strides, offset };
}
