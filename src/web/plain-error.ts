/** Errors as plain data, which a message port sends: the classes of metamodal's errors are kept. */

import { InputError, type InputErrorParts, RunError } from "../base/errors.js";

/** An error as plain data. */
export type PlainError =
  | { readonly kind: "input"; readonly parts: InputErrorParts }
  | { readonly kind: "run"; readonly code: string; readonly message: string }
  | { readonly kind: "other"; readonly name: string; readonly message: string; readonly stack?: string };

/** Plain data of an error. */
export function toPlain(error: unknown): PlainError {
  if (error instanceof InputError) return { kind: "input", parts: error.parts };
  if (error instanceof RunError) return { kind: "run", code: error.code, message: error.message };
  const { name, message, stack } = error instanceof Error ? error : new Error(String(error));
  return { kind: "other", name, message, stack };
}

/** The error of plain data. */
export function fromPlain(plain: PlainError): Error {
  if (plain.kind === "input") return new InputError(plain.parts);
  if (plain.kind === "run") return new RunError(plain.code, plain.message);
  return Object.assign(new Error(plain.message), { name: plain.name, stack: plain.stack });
}
