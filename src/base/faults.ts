/** Collects bad input, so that one error names all of it: the first in full, up to nineteen more, and a count. */

import { InputError } from "./errors.js";

/** Faults that an error lists. */
const LISTED = 20;

export class Faults {
  readonly #kept: InputError[] = [];
  #count = 0;

  get count(): number {
    return this.#count;
  }

  /** Keep an `InputError`; anything else is thrown. */
  add(error: unknown): void {
    if (!(error instanceof InputError)) throw error;
    if (this.#count++ < LISTED) this.#kept.push(error);
  }

  /** The value of `read`, or undefined if it throws an `InputError`, which is collected. */
  attempt<Value>(read: () => Value): Value | undefined {
    try {
      return read();
    } catch (error) {
      this.add(error);
      return undefined;
    }
  }

  /** Throw one error of everything kept, if anything is. */
  throwAny(): void {
    const [first, ...others] = this.#kept;
    if (first === undefined) return;
    if (others.length === 0) throw first;
    const listed = others.map(({ where, problem }) =>
      problem === first.problem ? where : `${where}: ${problem}`,
    );
    const rest = this.#count - this.#kept.length;
    const list = [...listed, ...(rest > 0 ? [`and ${rest} more`] : [])].join("; ");
    throw new InputError({
      ...first.parts,
      problem: `${first.problem}; ${this.#count} in all, the others are ${list}`,
    });
  }
}
