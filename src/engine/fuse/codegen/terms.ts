/**
 * The terms of a kernel in its loop nest: each is computed in the outermost loop that it depends on, once for every copy
 * of the unrolled loops that it depends on, and kept in a local.
 */

import type { Combine, Kernel } from "../analysis/kernel.js";
import type { Nest } from "../schedule/nest.js";
import type { Copy, Entries } from "./entries.js";
import type { Instructions } from "./instructions.js";

/** Locals by what is in them: terms, and instructions on locals. */
type Values = Map<string, number>;

interface Dependence {
  /** How many loops are around the term; all if it depends on one that is unrolled. */
  readonly level: number;
  /** The unrolled loops that it depends on. */
  readonly unrolled: readonly number[];
}

export class Terms {
  readonly #dependences: readonly Dependence[];
  /** Locals by level. */
  #values: Values[] = [];

  constructor(
    readonly kernel: Kernel,
    readonly nest: Nest,
    readonly code: Instructions,
    readonly entries: Entries,
  ) {
    this.#dependences = dependencesOf(kernel, nest);
  }

  /** Begin the body inside the first `level` loops: compute the terms that depend on no further loop. */
  enter(level: number): void {
    this.#values = [...this.#values.slice(0, level), new Map()];
    if (level === this.nest.loops.length) return;
    const first = this.nest.unrolled.map(() => 0);
    for (const [term, dependence] of this.#dependences.entries())
      if (dependence.level === level) this.local(term, first);
  }

  /** The local that holds a term in a copy of the body; emits its computation if there is none. */
  local(term: number, copy: Copy): number {
    const { level, unrolled } = this.#dependences[term];
    const values = this.#values[level];
    const key = `term ${term} ${unrolled.map((u) => copy[u])}`;
    const known = values.get(key);
    if (known !== undefined) return known;
    const local = this.#compute(term, copy, values);
    values.set(key, local);
    return local;
  }

  /** The local that holds what `push` pushes; an equal sequence of instructions, by `key`, is emitted once. */
  #once(values: Values, key: string, bool: boolean, push: () => void): number {
    const known = values.get(key);
    if (known !== undefined) return known;
    push();
    const local = this.code.local(bool);
    this.code.body.set(local);
    values.set(key, local);
    return local;
  }

  #isBool(position: number): boolean {
    const term = this.kernel.terms[position];
    return (term.kind === "number" || term.kind === "apply") && term.bool;
  }

  #compute(position: number, copy: Copy, values: Values): number {
    const { code, entries, kernel } = this;
    const term = kernel.terms[position];
    const bool = this.#isBool(position);
    if (term.kind === "number")
      return this.#once(values, `number ${term.number} ${bool}`, bool, () => code.number(term.number, bool));
    if (term.kind === "load") {
      const at = entries.offset(term.input, kernel.inputs[term.input].offset, copy);
      const once = (key: string, push: () => void) => this.#once(values, key, false, push);
      return once(`load ${entries.key(term.input, at)}`, () => entries.load(term.input, at, copy, once));
    }
    if (term.kind === "fold") return this.#fold(term, copy);
    const locals = term.operands.map((operand) => this.local(operand, copy));
    const bools = this.#isBool(term.operands[0]);
    return this.#once(values, `${term.type} ${locals}`, bool, () => code.apply(term.type, locals, bools));
  }

  #fold(
    { combine, operand, loops }: { combine: Combine; operand: number; loops: readonly number[] },
    copy: Copy,
  ): number {
    const iterations = foldLoops(loops, this.kernel).reduce<Copy[]>(
      (all, u) =>
        all.flatMap((one) =>
          Array.from({ length: this.nest.unrolled[u].size }, (_, counter) =>
            one.map((previous, i) => (i === u ? counter : previous)),
          ),
        ),
      [copy],
    );
    const { body } = this.code;
    const [first, ...rest] = iterations.map((iteration) => this.local(operand, iteration));
    body.get(first);
    for (const local of rest) {
      body.get(local);
      this.code.combine(combine);
    }
    const result = this.code.local();
    body.set(result);
    return result;
  }
}

/** Where loops of folds are among the unrolled ones: they come first there, in the kernel's order. */
function foldLoops(loops: readonly number[], { uses }: Kernel): number[] {
  const first = uses.indexOf("folded");
  return loops.map((loop) => loop - first);
}

function dependencesOf(kernel: Kernel, { loops, unrolled }: Nest): Dependence[] {
  const dependences: Dependence[] = [];
  for (const term of kernel.terms) {
    if (term.kind === "load") {
      const by = unrolled.flatMap(({ strides }, u) => (strides[term.input] !== 0 ? [u] : []));
      const level = 1 + loops.findLastIndex(({ strides }) => strides[term.input] !== 0);
      dependences.push({ level: by.length > 0 ? loops.length : level, unrolled: by });
      continue;
    }
    const operands = term.kind === "apply" ? term.operands : term.kind === "fold" ? [term.operand] : [];
    const by = [...new Set(operands.flatMap((operand) => dependences[operand].unrolled))];
    const level = Math.max(0, ...operands.map((operand) => dependences[operand].level));
    const reduced = term.kind === "fold" ? foldLoops(term.loops, kernel) : [];
    dependences.push({
      level: by.length > 0 ? loops.length : level,
      unrolled: by.filter((u) => !reduced.includes(u)),
    });
  }
  return dependences;
}
