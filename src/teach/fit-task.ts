/** What a taught task is made of, and what is fitted to it. */

import type { DeclaredModality, Reading, TaskKind } from "../data/index.js";
import { ClassHead } from "./class-head.js";
import { labelTexts } from "./label-texts.js";
import type { PretrainedSpecs } from "./pretrained.js";
import { reportOf, type TaskReport } from "./report.js";
import { oneClass, tooFewNumbers } from "./task-errors.js";
import { type EmbeddedExample, valuesKey } from "./types.js";
import { ValueHead } from "./value-head.js";

/** What a task is made of: a function of the set of its examples. */
export interface TaskParts {
  readonly kinds: Readonly<Record<string, DeclaredModality>>;
  readonly reading?: Reading;
  readonly task: TaskKind;
  readonly labelShots: number;
  /** Encoders in place of the built-in ones. */
  readonly pretrained: PretrainedSpecs;
  readonly examples: readonly EmbeddedExample[];
  readonly originals?: ReadonlyMap<string, Readonly<Record<string, Uint8Array>>>;
}

export interface FittedTask {
  readonly head: ClassHead | ValueHead;
  readonly report?: TaskReport;
  /** The values of the taught examples. */
  readonly taught: ReadonlySet<string>;
}

/** How a task is fitted. */
export interface FitOptions {
  readonly signal?: AbortSignal;
  /** @internal Computes the report as {@link reportOf} does, which takes most of the time of a fit; default: in this thread. */
  readonly measure?: typeof reportOf;
}

/**
 * Fit a task's head, and measure it unless its report is known.
 *
 * @throws {InputError} `task/one-class` and `task/too-few` for examples that no head can be fitted to
 */
export async function fitTask(
  parts: TaskParts,
  known: TaskReport | undefined,
  options: FitOptions = {},
): Promise<FittedTask> {
  const { signal, measure = reportOf } = options;
  const { examples, kinds, task, labelShots, pretrained } = parts;
  const taught = new Set(examples.map(valuesKey));
  if (task === "regression") {
    if (examples.length < 2) throw tooFewNumbers(examples.length);
    return { head: await ValueHead.fit(examples, kinds), taught };
  }
  const classes = [...new Set(examples.map(({ label }) => label!))].sort();
  if (classes.length < 2) throw oneClass(classes);
  const texts = await labelTexts(classes, kinds, labelShots, pretrained);
  const head = await ClassHead.fit([...examples, ...texts], kinds);
  const report = known ?? (await measure(examples, kinds, { labelTexts: texts, signal }));
  return { head, report, taught };
}

/** Kinds in the order of names, so that a task is a function of the set of its examples. */
export const sortedKinds = (kinds: Readonly<Record<string, DeclaredModality>>) =>
  Object.fromEntries(Object.entries(kinds).sort(([a], [b]) => (a < b ? -1 : 1)));
