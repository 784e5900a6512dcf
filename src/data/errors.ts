/** Collects the errors of many rows, so that one run names them all. */

import { InputError } from "../base/errors.js";

/** Errors that a message lists; the others are counted. */
const LISTED = 20;

/** The errors of bad rows, in their order. */
export class InputErrors {
  readonly #errors: InputError[] = [];

  /** Run `read` and keep the `InputError` that it throws. */
  collect(read: () => void): void {
    try {
      read();
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      this.#errors.push(error);
    }
  }

  add(error: InputError): void {
    this.#errors.push(error);
  }

  /** Throw one `InputError` that says the first in full and lists the others, up to twenty and a count. */
  throwIfAny(): void {
    const [first, ...others] = this.#errors;
    if (!first) return;
    if (others.length === 0) throw first;
    const listed = others.slice(0, LISTED - 1).map(({ where, problem }) => `${where}: ${problem}`);
    const rest = this.#errors.length - LISTED;
    const more = rest > 0 ? `; and ${rest} more` : "";
    throw new InputError({
      ...first.parts,
      problem: `${first.problem} (${this.#errors.length} rows are bad; also ${listed.join("; ")}${more})`,
    });
  }
}
