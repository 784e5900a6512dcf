/**
 * Compare learners and fusions: each combination is trained by the same recipe and seed for the same time or number of
 * steps, its weights are chosen on validation classes, and all are tested on the same episodes of unseen classes.
 */

import { createHash } from "node:crypto";
import { comparisonDefaults } from "../base/defaults.js";
import { InputError } from "../base/errors.js";
import { libraryVersions } from "../model/index.js";
import { reserved, trainingSeconds } from "./budget.js";
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
import type { Combination, ComparedRow, CompareOptions, Comparison, MissingRow } from "./types.js";

/**
 * Train and test combinations of learners and fusions with the same data, budget and episodes. A combination that cannot be trained, or that fails,
 * has a row with the reason.
 *
 * @throws {InputError} `compare/bad-option`, `compare/unknown-method`, `compare/small-budget` and `compare/bad-out` for
 * options, `data/…` and `recipe/…` for input that no combination can use.
 * @example
 * const recipe = { modalities: ["text"], episode: { way: 2 }, train: { steps: 2 } };
 * const { rows } = await compare({ data: "flowers", recipe, learners: ["prototypical"], episodes: 10 });
 */
export async function compare(options: CompareOptions): Promise<Comparison> {
  const { signal, budget = comparisonDefaults.minutes } = options;
  checkOptions(options);
  checkNames(options);
  const out = options.out === undefined ? undefined : comparisonPlace(options.out);
  const started = performance.now();
  const elapsed = () => (performance.now() - started) / 1000;
  const survey = await surveyed(options, { signal });
  const { startSeconds, recipe } = survey;
  const digest = digestOf(survey);
  const before = out === undefined ? undefined : readResults(out, digest, options.out);
  const isDone = (combination: Combination) =>
    before?.results.some((result) => isSame(result, combination)) ?? false;
  const possible = survey.combinations.filter(({ impossible }) => impossible === undefined);
  const impossible = survey.combinations.flatMap(({ learner, fusion, impossible: reason }): MissingRow[] =>
    reason === undefined ? [] : [{ kind: "impossible", learner, fusion, reason }],
  );
  const toRun = possible.filter((combination) => !isDone(combination));
  const overheads = toRun.map(({ seconds }) => startSeconds + seconds);
  const steps = recipe.train?.steps ?? null;
  const trainSeconds = before
    ? before.setting.trainSeconds
    : steps === null
      ? trainingSeconds(budget, elapsed(), overheads)
      : null;
  const results = possible.flatMap(
    (combination) => before?.results.filter((result) => isSame(result, combination)) ?? [],
  );
  if (out !== undefined) await startResults(out, { digest, trainSeconds }, before?.results ?? []);

  const missing: MissingRow[] = [];
  const comparison = (): Comparison => ({
    ...survey.protocol,
    combinations: survey.combinations.length,
    trainSeconds,
    steps,
    rows: rowsOf(survey, results, [...missing, ...impossible]),
  });
  const trained: number[] = [];
  const secondsFor = (overhead: number) => reserved(overhead) + (trainSeconds ?? mean(trained));
  const secondsFrom = (i: number) => overheads.slice(i).reduce((sum, each) => sum + secondsFor(each), 0);
  const known = (seconds: number) => (Number.isFinite(seconds) ? Math.max(0, seconds) : null);
  const common = { combinations: toRun.length, trainSeconds, steps };
  options.onEvent?.({
    type: "plan",
    notices: survey.notices,
    ...common,
    reused: results.length,
    impossible,
    secondsLeft: known(secondsFrom(0)),
  });
  for (const [i, { learner, fusion }] of toRun.entries()) {
    const start = elapsed();
    const combination = { learner, fusion };
    const onProgress = (doing: string) => {
      const left = Math.max(0, secondsFor(overheads[i]) - (elapsed() - start)) + secondsFrom(i + 1);
      const { combinations } = common;
      options.onEvent?.({
        type: "progress",
        ...combination,
        number: i + 1,
        combinations,
        doing,
        secondsLeft: known(left),
      });
    };
    const limit = trainSeconds === null ? undefined : MAX_DELAY * (trainSeconds + overheads[i]);
    const trialOptions = { ...options, combination, recipe, trainSeconds };
    try {
      const result: Result = {
        ...combination,
        ...(await tried(trialOptions, { signal, limit, onProgress })),
      };
      results.push(result);
      trained.push(result.trainSeconds);
      if (out !== undefined) appendResult(out, result);
    } catch (error) {
      signal?.throwIfAborted();
      missing.push({ kind: "failed", ...combination, reason: (error as Error).message });
    }
    const done = comparison();
    if (out !== undefined) await writeComparison(out, done);
    const row = done.rows.find((each) => each.kind !== "chance" && isSame(each, combination));
    options.onEvent?.({ type: "row", row: row as ComparedRow | MissingRow, comparison: done });
  }
  return comparison();
}

/** Largest ratio of the time of a combination to its estimate. */
const MAX_DELAY = 5;

const isSame = (a: Combination, b: Combination) => a.learner === b.learner && a.fusion === b.fusion;

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

/** Identifies a comparison: recipe, data, test, and library versions. */
function digestOf({ recipe, digest, protocol }: Survey): string {
  const { data: _, learner, ...rest } = recipe;
  const { minutes: __, ...train } = recipe.train ?? {};
  const identity = [{ ...rest, train }, learner ?? null, digest, protocol, libraryVersions()];
  return createHash("sha256").update(JSON.stringify(identity)).digest("hex");
}

function checkOptions({ budget, recipe = {} }: CompareOptions): void {
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
    fail(
      "recipe",
      "it starts from another model, or is closed",
      "a recipe of meta-training from initial weights",
    );
  if (budget === undefined) return;
  if (!(budget > 0)) fail("option budget", `the value is ${budget}`, "a number of minutes greater than 0");
  if (recipe.train?.steps !== undefined) fail("option budget", "the recipe gives steps", "minutes or steps");
}
