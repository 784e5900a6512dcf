/**
 * Fused kernels: one nest of loops that computes several results from stored arrays, entry by entry, without storing
 * anything in between. Results are stored as they are, or reduced along some of the loops.
 */

import { sizeOf } from "../../base/array.js";
import { invariant } from "../../base/errors.js";
import type { Shape } from "../lower/values.js";
import type { Tensors } from "./infer.js";
import { broadcastIndex, type Index, plain, SplitLoop, stridesOf, throughView, viewTypes } from "./views.js";

/** An array that a kernel reads or writes: the strides of its loops through it, in entries. */
export interface Access {
  /** The stored tensor. */
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
    };

export type Combine = "store" | "ReduceSum" | "ReduceMax" | "ReduceMin" | "ReduceProd";

/** What becomes of a term. */
export interface Result extends Access {
  readonly term: number;
  readonly combine: Combine;
}

export interface Kernel {
  /** Sizes of the loops. */
  readonly loops: readonly number[];
  /** For each loop, whether results are reduced along it. */
  readonly reduced: readonly boolean[];
  readonly leaves: readonly Access[];
  readonly terms: readonly Term[];
  readonly results: readonly Result[];
}

/** Operators that kernels compute entry by entry. */
export const entrywiseTypes: ReadonlySet<string> = new Set(
  "Add Sub Mul Div Max Min Neg Abs Sqrt Reciprocal Relu Floor Ceil Less LessOrEqual Equal And Or Xor Not Where Cast".split(
    " ",
  ),
);
export const reduceTypes: ReadonlySet<string> = new Set([
  "ReduceSum",
  "ReduceMax",
  "ReduceMin",
  "ReduceProd",
]);

/** What a tensor's kernel iterates over: its own entries, or those that are reduced to them. */
function spaceOf(name: string, tensors: Tensors) {
  const node = tensors.producers.get(name)!;
  const reduce = reduceTypes.has(node.type);
  const shape = tensors.of(reduce ? node.inputs[0] : name).shape;
  const axes = reduce ? tensors.ints(node.inputs[1]) : [];
  return { node, shape, axes, combine: (reduce ? node.type : "store") as Combine };
}

/** How many entries the kernel of a tensor goes through. */
export const workOf = (name: string, tensors: Tensors): number => sizeOf(spaceOf(name, tensors).shape);

/**
 * The kernel that computes the tensors `names` in one nest of loops; `stored` says where a tensor can be loaded
 * from: the tensor whose memory it shares. Undefined where the tensors do not fit one nest. Throws `Unreadable`.
 */
export function buildKernel(
  names: readonly string[],
  tensors: Tensors,
  stored: (name: string) => string | undefined,
): Kernel | undefined {
  const { shape } = spaceOf(names[0], tensors);
  if (names.some((name) => workOf(name, tensors) !== sizeOf(shape))) return undefined;
  const factors = shape.filter((size) => size > 1);
  for (;;) {
    try {
      return new Builder(factors, shape, tensors, stored).build(names);
    } catch (split) {
      if (!(split instanceof SplitLoop)) throw split;
      const size = factors[split.loop];
      factors.splice(split.loop, 1, split.outer, size / split.outer);
    }
  }
}

class Builder {
  readonly #leaves: Access[] = [];
  readonly #terms: Term[] = [];
  readonly #known = new Map<string, number>();
  readonly #space: Index;

  constructor(
    readonly loops: readonly number[],
    shape: Shape,
    readonly tensors: Tensors,
    readonly stored: (name: string) => string | undefined,
  ) {
    let next = 0;
    this.#space = shape.map((size) => {
      const digits: number[] = [];
      for (let covered = 1; covered < size; covered *= loops[next++]) digits.push(next);
      return plain(size, digits);
    });
  }

  build(names: readonly string[]): Kernel | undefined {
    const { tensors, loops } = this;
    const results: Result[] = [];
    let reduced: boolean[] | undefined;
    for (const name of names) {
      const { node, shape, axes, combine } = spaceOf(name, tensors);
      const index = this.#regroup(shape);
      const along = loops.map((_, loop) => axes.some((axis) => index[axis].digits.includes(loop)));
      if (axes.length > 0) {
        if (reduced && along.some((is, loop) => is !== reduced![loop])) return undefined;
        reduced = along;
      }
      const kept = index.filter((_, axis) => !axes.includes(axis));
      const own = shape.filter((_, axis) => !axes.includes(axis));
      const term = axes.length > 0 ? this.#term(node.inputs[0], index) : this.#compute(name, index);
      results.push({ name, term, combine, ...stridesOf(kept, own, loops) });
    }
    reduced ??= loops.map(() => false);
    return { loops, reduced, leaves: this.#leaves, terms: this.#terms, results };
  }

  /** The loops as an index into an array of another shape with as many entries. */
  #regroup(shape: Shape): Index {
    const own = this.#space.map(({ size }) => size);
    if (own.length === shape.length && own.every((size, axis) => size === shape[axis])) return this.#space;
    const node = { type: "Reshape", inputs: ["space"], outputs: [], attributes: {} };
    return throughView(node, this.#space, { of: () => ({ shape }) } as never, this.loops);
  }

  /** The term of a tensor at an index: loaded where it is stored, computed where it is not. */
  #term(name: string, index: Index): number {
    const constant = this.tensors.constants.get(name);
    if (constant && constant.data.length === 1)
      return this.#add({ kind: "number", number: Number(constant.data[0]), bool: constant.dtype === "bool" });
    const key = `${name} ${JSON.stringify(index)}`;
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const memory = this.stored(name);
    const term = memory === undefined ? this.#compute(name, index) : this.#load(memory, name, index);
    this.#known.set(key, term);
    return term;
  }

  #load(memory: string, name: string, index: Index): number {
    const access = { name: memory, ...stridesOf(index, this.tensors.of(name).shape, this.loops) };
    const key = JSON.stringify(access);
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const term = this.#add({ kind: "load", leaf: this.#leaves.push(access) - 1 });
    this.#known.set(key, term);
    return term;
  }

  #compute(name: string, index: Index): number {
    const node = this.tensors.producers.get(name);
    invariant(node, `${name} is neither stored nor computed`);
    if (viewTypes.has(node.type))
      return this.#term(node.inputs[0], throughView(node, index, this.tensors, this.loops));
    const operands = node.inputs.map((input) =>
      this.#term(input, broadcastIndex(index, this.tensors.of(input).shape)),
    );
    const bool = this.tensors.of(name).dtype === "bool";
    return this.#add({ kind: "apply", type: node.type, operands, bool });
  }

  #add(term: Term): number {
    const key = JSON.stringify(term);
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const position = this.#terms.push(term) - 1;
    this.#known.set(key, position);
    return position;
  }
}
