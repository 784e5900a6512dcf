import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { InputError, internal, RunError } from "../base/errors.js";
import { explain, Interrupted } from "./failure.js";

const thrown = (fn: () => unknown): unknown => {
  try {
    fn();
  } catch (error) {
    return error;
  }
};
const input = new InputError({
  code: "a/b",
  where: "w",
  problem: "two\n  lines",
  expected: "e",
  remedy: "R.",
});

it.each([
  ["bad input", input, 2, /^error: w: two lines; expected e\. R\.$/],
  ["a failure", new RunError("a/b", "it failed"), 1, /^error: it failed$/],
  [
    "the system's no",
    thrown(() => readFileSync("/nowhere")),
    1,
    /^error: ENOENT.*\/nowhere'\. Check the path/,
  ],
  ["our own bug", thrown(() => internal("lost")), 1, /^internal: lost\. .*please report.*DEBUG=metamodal/],
  ["anything else", new TypeError("x is undefined"), 1, /^internal: x is undefined\. .*report/],
  ["no error at all", "oops", 1, /^internal: oops\./],
  ["an abort", thrown(() => AbortSignal.abort().throwIfAborted()), 130, /^stopped$/],
  ["an interruption", new Interrupted("stopped at step 3"), 130, /^stopped at step 3$/],
])("explains %s", (_, error, status, says) => {
  const { message, exitCode } = explain(error);
  expect(message).toMatch(says);
  expect(exitCode).toBe(status);
});
