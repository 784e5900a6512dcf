/** Errors of taught tasks. */

import { InputError } from "../base/errors.js";

export const oneClass = (classes: readonly string[]) =>
  new InputError({
    code: "task/one-class",
    where: "the examples",
    problem: classes.length === 0 ? "none has a label" : `their only class is "${classes[0]}"`,
    expected: "at least two classes",
    remedy: "Add examples of another class.",
  });

export const tooFewNumbers = (count: number) =>
  new InputError({
    code: "task/too-few",
    where: "the examples",
    problem: `${count} of them ${count === 1 ? "has" : "have"} a number`,
    expected: "at least two",
    remedy: "Add examples.",
  });

export const noSuch = (what: string, name: string, known: readonly string[]) =>
  new InputError({
    code: "task/no-such-example",
    where: "the task",
    problem: `it has no ${what} "${name}"`,
    expected: `one of ${known.slice(0, 10).join(", ")}${known.length > 10 ? ", …" : ""}`,
    remedy: "Correct the name.",
  });

export const undecodable = ([{ where, problem, parts }]: readonly InputError[]) =>
  new InputError({
    code: "task/undecodable",
    where,
    problem,
    expected: parts.expected,
    remedy: parts.remedy,
  });
