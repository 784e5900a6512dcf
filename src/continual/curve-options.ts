/** The options of a forgetting curve. */

import { InputError } from "../base/errors.js";
import { suggestion } from "../base/nearest.js";
import type { Dataset } from "../data/index.js";
import type { MetaTrainOptions } from "../train/train.js";
import { continualMethods } from "./index.js";

/** Options of `forgettingCurve`: those of training, with `data` that of the new task. */
export interface CurveOptions
  extends Omit<MetaTrainOptions, "closed" | "withUnimodal" | "runFolder" | "resume" | "onLoad"> {
  /** The old task's data, with `from` a model that was trained on it. Without both, half of the train classes are old. */
  old?: Dataset;
  /** The continual methods to compare; default all. */
  methods?: readonly string[];
  /** Values of the loss weight λ; default 0, 0.1, 1, 10 and 100. */
  lambdas?: readonly number[];
  /** The split whose rows are scored; default `test`. */
  split?: "val" | "test";
  /** Called with the steps done in all trainings, the steps of all trainings, and the name of the current training. */
  onProgress?: (done: number, total: number, training: string) => void;
}

/** Check the options of a forgetting curve that need no data. */
export function checkOptions(
  { old, from }: CurveOptions,
  methods: readonly string[],
  lambdas: readonly number[],
): void {
  const fail = (where: string, problem: string, expected: string, remedy = "Correct it.") => {
    throw new InputError({ code: "transfer/bad-option", where, problem, expected, remedy });
  };
  const unknown = methods.find((name) => !Object.hasOwn(continualMethods, name));
  const names = Object.keys(continualMethods);
  if (unknown !== undefined) {
    const remedy = suggestion(unknown, names).trim() || "Correct it.";
    fail("option methods", `there is no continual method "${unknown}"`, names.join(" or "), remedy);
  }
  const bad = lambdas.find((lambda) => !(lambda >= 0 && Number.isFinite(lambda)));
  if (bad !== undefined || lambdas.length === 0)
    fail("option lambdas", `the value is ${bad}`, "numbers of at least 0");
  if (!old !== !from)
    fail(
      old ? "option old" : "option from",
      `it is given without ${old ? "from" : "old"}`,
      "the old task's data and a model trained on it, or neither",
      "Give both, or neither to have half of the train classes be old.",
    );
}

/** Accuracy on held-out rows, with the half-width of its 95 % interval. */
export interface CurveScore {
  readonly accuracy: number;
  readonly halfWidth: number;
}
