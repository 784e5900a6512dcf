/**
 * Compare learners and fusions: each combination is trained by the same recipe and seed for the same time or number of
 * steps, its weights are chosen on validation classes, and all are tested on the same episodes of unseen classes.
 */

import { createHash } from "node:crypto";
import { copyOf } from "../base/copy.js";
import { comparisonDefaults } from "../base/defaults.js";
import { InputError } from "../base/errors.js";
import { checkOptions as checkArgument, checkPath } from "../base/given.js";
import { libraryVersions } from "../model/index.js";
import { trainingSeconds } from "./budget.js";
import { checkNames } from "./combinations.js";
import { surveyed, tried } from "./process.js";
import {
  appendResult,
  comparisonPlace,
  type Result,
  readResults,
  startResults,
  writeComparison,
} from "./results.js";
import { rowsOf } from "./rows.js";
import type { Survey } from "./survey.js";
import { TimeLeft } from "./time-left.js";
import type { Combination, ComparedRow, CompareOptions, Comparison, MissingRow } from "./types.js";

/**
 * Train and test combinations of learners and fusions on equal terms. A combination that cannot be trained, or that fails,
 * has a row with the reason.
 *
 * @throws {InputError} `compare/bad-option`, `compare/unknown-method`, `compare/small-budget` and `compare/bad-out` for
 * options, `data/…` and `recipe/…` for input that no combination can use.
 * @example
 * const recipe = { modalities: ["text"], episode: { way: 2 }, train: { steps: 2 } };
 * const { rows } = await compare({ data: "flowers", recipe, learners: ["prototypical"], episodes: 10 });
 */
export async function compare(given: CompareOptions): Promise<Comparison> {
  checkArgument(given, "compare");
  const options = copyOf(given);
  const { signal, onEvent, budget = comparisonDefaults.minutes } = options;
  checkOptions(options);
  checkNames(options);
  const out = options.out === undefined ? undefined : comparisonPlace(options.out);
  const started = performance.now();
  const elapsed = () => (performance.now() - started) / 1000;
  const survey = await surveyed(options, { signal });
  const { startSeconds, recipe } = survey;
  const digest = digestOf(survey);
  const before = out === undefined ? undefined : readResults(out, digest, options.out);
  const { toRun, results, impossible } = divided(survey, before?.results ?? []);
  const overheads = toRun.map(({ seconds }) => startSeconds + seconds);
  const steps = recipe.train?.steps ?? null;
  const budgeted = () => (steps === null ? trainingSeconds(budget, elapsed(), overheads) : null);
  const trainSeconds = before ? before.setting.trainSeconds : budgeted();
  if (out !== undefined) await startResults(out, { digest, trainSeconds }, before?.results ?? []);

  const missing: MissingRow[] = [];
  const comparison = (): Comparison => {
    const rows = rowsOf(survey, results, [...missing, ...impossible]);
    return { ...survey.protocol, combinations: survey.combinations.length, trainSeconds, steps, rows };
  };
  const timeLeft = new TimeLeft(overheads, trainSeconds);
  const combinations = toRun.length;
  const plan = { combinations, trainSeconds, steps, reused: results.length, impossible };
  onEvent?.({ type: "plan", notices: survey.notices, ...plan, secondsLeft: timeLeft.from(0) });
  for (const [i, { learner, fusion }] of toRun.entries()) {
    const began = elapsed();
    const combination = { learner, fusion };
    const onProgress = (doing: string) => {
      const secondsLeft = timeLeft.from(i, elapsed() - began);
      onEvent?.({ type: "progress", ...combination, number: i + 1, combinations, doing, secondsLeft });
    };
    const limit = trainSeconds === null ? undefined : MAX_DELAY * (trainSeconds + overheads[i]);
    const trial = { ...options, combination, recipe, trainSeconds };
    try {
      const result: Result = { ...combination, ...(await tried(trial, { signal, limit, onProgress })) };
      results.push(result);
      timeLeft.add(result.trainSeconds);
      if (out !== undefined) appendResult(out, result);
    } catch (error) {
      signal?.throwIfAborted();
      missing.push({ kind: "failed", ...combination, reason: (error as Error).message });
    }
    const current = comparison();
    if (out !== undefined) await writeComparison(out, current);
    const row = current.rows.find((each) => each.kind !== "chance" && isSame(each, combination));
    onEvent?.({ type: "row", row: row as ComparedRow | MissingRow, comparison: current });
  }
  return comparison();
}

/** Divide the combinations into those to run, the results of those that ran before, and those that are impossible. */
function divided({ combinations }: Survey, before: readonly Result[]) {
  const possible = combinations.filter(({ impossible }) => impossible === undefined);
  return {
    toRun: possible.filter((combination) => !before.some((result) => isSame(result, combination))),
    results: possible.flatMap((combination) => before.filter((result) => isSame(result, combination))),
    impossible: combinations.flatMap(({ learner, fusion, impossible: reason }): MissingRow[] =>
      reason === undefined ? [] : [{ kind: "impossible", learner, fusion, reason }],
    ),
  };
}

/** Largest ratio of the time of a combination to its estimate. */
const MAX_DELAY = 5;

const isSame = (one: Combination, other: Combination) =>
  one.learner === other.learner && one.fusion === other.fusion;

/** Identifies a comparison: recipe, data, test, and library versions. */
function digestOf({ recipe, digest, protocol }: Survey): string {
  const { data: _, learner, ...own } = recipe;
  const { minutes: __, ...train } = recipe.train ?? {};
  const identity = [{ ...own, train }, learner ?? null, digest, protocol, libraryVersions()];
  return createHash("sha256").update(JSON.stringify(identity)).digest("hex");
}

function checkOptions({ budget, data, recipe = {} }: CompareOptions): void {
  checkPath(data, "compare, option data");
  const fail = (where: string, problem: string, expected: string) => {
    throw new InputError({
      code: "compare/bad-option",
      where,
      problem,
      expected,
      remedy: "Correct it, or leave it out for the default.",
    });
  };
  if (recipe.from !== undefined || recipe.closed)
    fail("recipe", "it starts from another model, or is closed", "one of meta-training from initial weights");
  if (budget === undefined) return;
  if (!(budget > 0)) fail("option budget", `the value is ${budget}`, "a number of minutes greater than 0");
  if (recipe.train?.steps !== undefined) fail("option budget", "the recipe gives steps", "minutes or steps");
}
