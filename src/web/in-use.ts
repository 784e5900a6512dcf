/** Checks that the worker still has what a page names by number. */

import { InputError } from "../base/errors.js";

/** The value itself. @throws {InputError} `web/released` if the worker has it no more */
export function inUse<Value>(value: Value | undefined, where: string): Value {
  if (value !== undefined) return value;
  throw new InputError({
    code: "web/released",
    where,
    problem: "its worker ended, and it with it",
    expected: "a model or task of the worker in use",
    remedy: "Load or teach it again.",
  });
}
