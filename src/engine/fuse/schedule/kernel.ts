/**
 * Fused kernels: one nest of loops that computes several results from stored arrays, entry by entry, without storing
 * anything in between. Results are stored as they are, or reduced along some of the loops.
 */

import { sizeOf } from "../../../base/array.js";
import { invariant } from "../../../base/errors.js";
import type { OnnxNode } from "../../lower/onnx.js";
import type { Shape } from "../../lower/values.js";
import type { Tensors } from "../analysis/infer.js";
import {
  broadcastIndex,
  type Index,
  type Place,
  plain,
  SplitLoop,
  stridesOf,
  throughReshape,
  throughView,
  Unreadable,
  viewTypes,
} from "../analysis/views.js";

/** Part of a stored array: where the loops are in it, in entries. */
export interface Access {
  /** The tensor whose memory it is. */
  readonly name: string;
  readonly strides: readonly number[];
  readonly offset: number;
}

/** A value at one turn of the loops. `type` is an ONNX operator; operands are positions of earlier terms. */
export type Term =
  | { readonly kind: "load"; readonly leaf: number }
  | { readonly kind: "number"; readonly number: number; readonly bool: boolean }
  | {
      readonly kind: "apply";
      readonly type: string;
      readonly operands: readonly number[];
      readonly bool: boolean;
    }
  /** A reduction along a few short loops of its own. */
  | {
      readonly kind: "fold";
      readonly combine: Combine;
      readonly operand: number;
      readonly loops: readonly number[];
    };

export type Combine = "store" | "ReduceSum" | "ReduceMax" | "ReduceMin" | "ReduceProd";

/** What becomes of a term. */
export interface Result extends Access {
  readonly term: number;
  readonly combine: Combine;
}

/** What a loop is for: its results keep it, are reduced along it, or only folds know it. */
export type LoopUse = "kept" | "reduced" | "folded";

export interface Kernel {
  readonly loops: readonly number[];
  readonly uses: readonly LoopUse[];
  readonly leaves: readonly Access[];
  readonly terms: readonly Term[];
  readonly results: readonly Result[];
}

/** What a kernel computes: a tensor, or the part of a joined tensor that comes from one operand. */
export interface Target {
  readonly name: string;
  readonly piece?: number;
}

/** Where a tensor is stored: from `offset` entries into another's memory on. */
export interface Memory {
  readonly name: string;
  readonly offset: number;
}

const words = (text: string): ReadonlySet<string> => new Set(text.split(" "));

/** Operators that kernels compute entry by entry. */
export const entrywiseTypes = words(
  "Add Sub Mul Div Max Min Neg Abs Sqrt Reciprocal Relu Floor Ceil Less LessOrEqual Equal And Or Xor Not Where Cast",
);
export const reduceTypes = words("ReduceSum ReduceMax ReduceMin ReduceProd");
/** Operators that write their operands into parts of their result. */
export const placingTypes = words("Concat Pad");

/** The most entries that are folded on the way. */
const MOST_FOLDED = 4;

/** Whether a reduction is of so few entries that it is done on the way. */
export function isFold(node: OnnxNode, tensors: Tensors): boolean {
  if (!reduceTypes.has(node.type)) return false;
  const { shape } = tensors.of(node.inputs[0]);
  return sizeOf(tensors.ints(node.inputs[1]).map((axis) => shape[axis])) <= MOST_FOLDED;
}

/** What a target goes through, and where its result is. */
interface Space {
  /** The tensor to compute, at every index of its shape. */
  readonly source: string;
  readonly shape: Shape;
  /** The axes along which it is reduced. */
  readonly axes: readonly number[];
  readonly combine: Combine;
  /** The index into the result, given the index that the loops are at. */
  result(index: Index): Index;
}

function spaceOf({ name, piece = 0 }: Target, tensors: Tensors): Space {
  const node = tensors.producers.get(name)!;
  const whole = tensors.of(name).shape;
  if (placingTypes.has(node.type)) {
    const source = node.inputs[piece];
    const { shape } = tensors.of(source);
    const starts = pieceStart(node, piece, tensors);
    const moved = (place: Place, axis: number): Place => ({
      ...place,
      size: whole[axis],
      offset: place.offset + starts[axis],
    });
    return { source, shape, axes: [], combine: "store", result: (index) => index.map(moved) };
  }
  if (!reduceTypes.has(node.type) || isFold(node, tensors))
    return { source: name, shape: whole, axes: [], combine: "store", result: (index) => index };
  const axes = tensors.ints(node.inputs[1]);
  return {
    source: node.inputs[0],
    shape: tensors.of(node.inputs[0]).shape,
    axes,
    combine: node.type as Combine,
    result: (index) => index.filter((_, axis) => !axes.includes(axis)),
  };
}

/** Where in a joined or padded tensor an operand begins. */
export function pieceStart(node: OnnxNode, piece: number, tensors: Tensors): readonly number[] {
  const { shape } = tensors.of(node.outputs[0]);
  if (node.type === "Pad") return tensors.ints(node.inputs[1]).slice(0, shape.length);
  const along = node.attributes.axis as number;
  const before = node.inputs.slice(0, piece).map((input) => tensors.of(input).shape[along]);
  return shape.map((_, axis) => (axis === along ? before.reduce((a, b) => a + b, 0) : 0));
}

/**
 * The kernel that computes all targets in one nest of loops; `stored` says where a tensor can be loaded from.
 * Undefined where the targets do not fit one nest. Throws `Unreadable`.
 */
export function buildKernel(
  targets: readonly Target[],
  tensors: Tensors,
  stored: (name: string) => Memory | undefined,
): Kernel | undefined {
  const spaces = targets.map((target) => spaceOf(target, tensors));
  const { shape } = spaces[0];
  if (spaces.some((space) => sizeOf(space.shape) !== sizeOf(shape))) return undefined;
  const factors = shape.filter((size) => size > 1);
  for (;;) {
    try {
      return new Builder(factors, shape, tensors, stored).build(targets, spaces);
    } catch (split) {
      if (!(split instanceof SplitLoop)) throw split;
      const size = factors[split.loop];
      if (size === undefined) throw new Unreadable(split.name);
      factors.splice(split.loop, 1, split.outer, size / split.outer);
    }
  }
}

class Builder {
  readonly #leaves: Access[] = [];
  readonly #terms: Term[] = [];
  readonly #known = new Map<string, number>();
  readonly #loops: number[];
  readonly #space: Index;

  constructor(
    factors: readonly number[],
    shape: Shape,
    readonly tensors: Tensors,
    readonly stored: (name: string) => Memory | undefined,
  ) {
    this.#loops = [...factors];
    let next = 0;
    this.#space = shape.map((size) => {
      const digits: number[] = [];
      for (let covered = 1; covered < size; covered *= factors[next++]) digits.push(next);
      return plain(size, digits);
    });
  }

  build(targets: readonly Target[], spaces: readonly Space[]): Kernel | undefined {
    const own = this.#loops.length;
    const results: Result[] = [];
    let reduced: boolean[] | undefined;
    for (const [i, { source, shape, axes, combine, result }] of spaces.entries()) {
      const { name } = targets[i];
      const index = this.#regroup(shape);
      if (axes.length > 0) {
        const along = this.#loops.map((_, loop) => axes.some((axis) => index[axis].digits.includes(loop)));
        if (reduced?.some((is, loop) => is !== along[loop])) return undefined;
        reduced = along.slice(0, own);
      }
      const term = source === name ? this.#compute(name, index) : this.#term(source, index);
      results.push({ name, term, combine, ...this.#at(result(index), this.tensors.of(name).shape) });
    }
    const all = <A extends Access>(access: A): A => ({
      ...access,
      strides: this.#loops.map((_, loop) => access.strides[loop] ?? 0),
    });
    const use = (_: number, loop: number): LoopUse =>
      loop >= own ? "folded" : reduced?.[loop] ? "reduced" : "kept";
    return {
      loops: this.#loops,
      uses: this.#loops.map(use),
      leaves: this.#leaves.map(all),
      terms: this.#terms,
      results: results.map(all),
    };
  }

  #at = (index: Index, shape: Shape) => stridesOf(index, shape, this.#loops);

  /** The loops as an index into an array of another shape with as many entries. */
  #regroup(shape: Shape): Index {
    const own = this.#space.map(({ size }) => size);
    if (own.length === shape.length && own.every((size, axis) => size === shape[axis])) return this.#space;
    return throughReshape("the loops", this.#space, shape, this.#loops);
  }

  /** The term of a tensor at an index: loaded where it is stored, computed where it is not. */
  #term(name: string, index: Index): number {
    const constant = this.tensors.constants.get(name);
    if (constant && constant.data.length === 1)
      return this.#add({ kind: "number", number: Number(constant.data[0]), bool: constant.dtype === "bool" });
    return this.#once(`${name} ${JSON.stringify(index)}`, () => {
      const memory = this.stored(name);
      return memory ? this.#load(memory, name, index) : this.#compute(name, index);
    });
  }

  #load(memory: Memory, name: string, index: Index): number {
    const at = this.#at(index, this.tensors.of(name).shape);
    const access = { name: memory.name, strides: at.strides, offset: memory.offset + at.offset };
    return this.#once(JSON.stringify(access), () =>
      this.#add({ kind: "load", leaf: this.#leaves.push(access) - 1 }),
    );
  }

  #compute(name: string, index: Index): number {
    const node = this.tensors.producers.get(name);
    invariant(node, `${name} is neither stored nor computed`);
    if (viewTypes.has(node.type))
      return this.#term(node.inputs[0], throughView(node, index, this.tensors, this.#loops));
    if (reduceTypes.has(node.type)) return this.#fold(node, index);
    const operands = node.inputs.map((input) =>
      this.#term(input, broadcastIndex(index, this.tensors.of(input).shape)),
    );
    const bool = this.tensors.of(name).dtype === "bool";
    return this.#add({ kind: "apply", type: node.type, operands, bool });
  }

  /** A short reduction: loops of its own along the axes that disappear. */
  #fold(node: OnnxNode, index: Index): number {
    const { shape } = this.tensors.of(node.inputs[0]);
    const axes = this.tensors.ints(node.inputs[1]);
    const loops: number[] = [];
    let kept = 0;
    const inner = shape.map((size, axis) => {
      if (!axes.includes(axis)) return index[kept++];
      if (size === 1) return plain(1, []);
      const loop = this.#loops.push(size) - 1;
      loops.push(loop);
      return plain(size, [loop]);
    });
    const operand = this.#term(node.inputs[0], inner);
    return this.#add({ kind: "fold", combine: node.type as Combine, operand, loops });
  }

  #add(term: Term): number {
    return this.#once(JSON.stringify(term), () => this.#terms.push(term) - 1);
  }

  #once(key: string, make: () => number): number {
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const made = make();
    this.#known.set(key, made);
    return made;
  }
}
