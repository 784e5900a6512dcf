/**
 * Where the entry of a tensor is that a loop nest is at: an index along each axis, as a function of the loops.
 *
 * An index is offset + step · (d₁ d₂ …), a number whose digits are loop counters, the first the most significant.
 * Reading through a reshape, transpose, slice or broadcast only rearranges digits; nothing is moved.
 */

import type { OnnxNode } from "../../lower/onnx.js";
import type { Shape } from "../../lower/values.js";
import type { Tensors } from "./infer.js";

/** The index along one axis of `size`. No digits: it does not move. */
export interface Place {
  readonly size: number;
  /** Positions of loops. */
  readonly digits: readonly number[];
  readonly offset: number;
  readonly step: number;
}

export type Index = readonly Place[];

/** Thrown while reading through a reshape: the loop has to be two, the outer of this size. */
export class SplitLoop {
  constructor(
    readonly loop: number,
    readonly outer: number,
    /** The tensor behind the reshape. */
    readonly name: string,
  ) {}
}

/** Thrown where no arrangement of loops reads through: the tensor has to be stored first. */
export class Unreadable {
  constructor(readonly name: string) {}
}

/** The operators that only say where entries are. */
export const viewTypes: ReadonlySet<string> = new Set([
  "Reshape",
  "Transpose",
  "Expand",
  "Slice",
  "Identity",
]);

export const plain = (size: number, digits: readonly number[]): Place => ({
  size,
  digits,
  offset: 0,
  step: 1,
});

/** The index into an operand of shape `own` that is broadcast to what `index` goes through. */
export function broadcastIndex(index: Index, own: Shape): Index {
  const skipped = index.length - own.length;
  return own.map((size, axis) => {
    const place = index[axis + skipped];
    return size === 1 && place.size !== 1 ? plain(1, []) : place;
  });
}

/** The index into a view's operand, given the index into the view. */
export function throughView(node: OnnxNode, index: Index, tensors: Tensors, loops: readonly number[]): Index {
  const own = tensors.of(node.inputs[0]).shape;
  if (node.type === "Identity") return index;
  if (node.type === "Expand") return broadcastIndex(index, own);
  if (node.type === "Transpose") {
    const perm = node.attributes.perm as readonly number[];
    return own.map((_, axis) => index[perm.indexOf(axis)]);
  }
  if (node.type === "Slice") {
    const [starts, axes] = [tensors.ints(node.inputs[1]), tensors.ints(node.inputs[3])];
    const turned = node.inputs[4] !== undefined;
    return own.map((size, axis) => {
      const [at, place] = [axes.indexOf(axis), index[axis]];
      if (at < 0) return { ...place, size };
      if (turned) return { ...place, size, offset: size - 1 - place.offset, step: -place.step };
      return { ...place, size, offset: place.offset + starts[at] };
    });
  }
  return throughReshape(node.inputs[0], index, own, loops);
}

/** Regroup the digits of all axes so that they count through axes of other sizes in the same order. */
export function throughReshape(name: string, index: Index, own: Shape, loops: readonly number[]): Index {
  for (const { size, digits, offset, step } of index) {
    const covered = digits.reduce((n, loop) => n * loops[loop], 1);
    if (size > 1 && (offset !== 0 || step !== 1 || covered !== size)) throw new Unreadable(name);
  }
  const digits = index.flatMap((place) => (place.size > 1 ? place.digits : []));
  let next = 0;
  return own.map((size) => {
    const taken: number[] = [];
    let left = size;
    while (left > 1) {
      const loop = digits[next++];
      if (left % loops[loop] === 0) left /= loops[loop];
      else if (loops[loop] % left === 0) throw new SplitLoop(loop, left, name);
      else throw new Unreadable(name);
      taken.push(loop);
    }
    return plain(size, taken);
  });
}

/** How far each loop moves through a row-major array of `shape`, and where it starts; in entries. */
export function stridesOf(
  index: Index,
  shape: Shape,
  loops: readonly number[],
): { strides: number[]; offset: number } {
  const strides = loops.map(() => 0);
  let [offset, weight] = [0, 1];
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    const place = index[axis];
    offset += weight * place.offset;
    let digit = weight * place.step;
    for (const loop of [...place.digits].reverse()) {
      strides[loop] += digit;
      digit *= loops[loop];
    }
    weight *= shape[axis];
  }
  return { strides, offset };
}
