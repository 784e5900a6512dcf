/** Checks the arguments of exported functions, which JavaScript does not: options that are no object, a path that is no text. */

import { InputError } from "./errors.js";

/**
 * Check that options are an object.
 *
 * @throws {InputError} `usage/bad-argument` that names `where`
 */
export function checkOptions(options: unknown, where: string, expected = "an object of options"): void {
  if (typeof options === "object" && options !== null && !Array.isArray(options)) return;
  throw badArgument(`${where}, options`, options, expected);
}

/**
 * Check that a path is text without NUL characters.
 *
 * @throws {InputError} `usage/bad-argument` that names `where`
 */
export function checkPath(path: unknown, where: string): asserts path is string {
  if (typeof path === "string" && path !== "" && !path.includes("\0")) return;
  throw badArgument(where, path, "a path as text");
}

/** The error of an argument of another type. */
export const badArgument = (where: string, value: unknown, expected: string): InputError =>
  new InputError({
    code: "usage/bad-argument",
    where,
    problem: `the value is ${shownAs(value)}`,
    expected,
    remedy: "See the function's documentation.",
  });

function shownAs(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value);
  if (typeof value === "function") return "a function";
  if (typeof value !== "object" || value === null) return String(value);
  return Array.isArray(value) ? "a list" : "an object of another kind";
}
