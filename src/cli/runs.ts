/** What the commands of runs share: which runs are meant, and how one is described. */

import { InputError } from "../base/errors.js";
import type { RunIndex } from "../runs/run-index.js";
import type { RunPart, RunRecord, RunScore } from "../runs/run-record.js";
import { Progress } from "./progress.js";
import { duration, figure, figureInterval, interval } from "./text.js";

/** Call `use` with the index of runs, which is closed afterwards. */
export async function withIndex<Result>(use: (index: RunIndex) => Result | Promise<Result>): Promise<Result> {
  const { RunIndex } = await import("../runs/run-index.js");
  const index = new RunIndex();
  try {
    return await use(index);
  } finally {
    index.close();
  }
}

/** The folders of runs that paths name: runs, models beside one, and folders with runs in them; default: the current folder. */
export async function runsAt(paths: readonly string[]): Promise<string[]> {
  const { findRuns } = await import("../runs/run-index.js");
  const { isRun, runAt } = await import("../runs/run-record.js");
  const { statSync } = await import("node:fs");
  const { resolve } = await import("node:path");
  const found = (paths.length > 0 ? paths : ["."]).flatMap((path) => {
    const bare = path.replace(/(?<=.)[/\\]+$/, "");
    const isFolder = statSync(bare, { throwIfNoEntry: false })?.isDirectory() ?? false;
    if (!isFolder || isRun(bare) || isRun(`${bare}.run`)) return [runAt(bare)];
    return findRuns(bare);
  });
  if (found.length > 0) return [...new Set(found.map((path) => resolve(path)))];
  throw new InputError({
    code: "runs/none",
    where: paths.join(", ") || "the current folder",
    problem: "there is no run",
    expected: "folders that metamodal train writes: beside a model, with .run at the end",
    remedy: "Give the folder that holds them.",
  });
}

/** A number of a step that was given. @throws {InputError} `cli/bad-value` */
export function stepOf(text: string): number {
  const step = /^\d{1,12}$/.test(text) ? Number(text) : 0;
  if (step >= 1) return step;
  throw new InputError({
    code: "cli/bad-value",
    where: "STEP",
    problem: `the value is "${text}"`,
    expected: "a whole number of at least 1",
    remedy: "Give the number of a step: metamodal runs show lists how many there are.",
  });
}

/** The one run that a path names. @throws {InputError} `runs/several` if the path holds several */
export async function oneRunAt(path: string): Promise<string> {
  const [run, ...others] = await runsAt([path]);
  if (others.length === 0) return run;
  const names = [run, ...others].slice(0, NAMED).join(", ");
  throw new InputError({
    code: "runs/several",
    where: path,
    problem: `the folder holds ${others.length + 1} runs: ${names}${others.length >= NAMED ? ", …" : ""}`,
    expected: "one run, or the model beside it",
    remedy: "Give one of them; metamodal runs list shows all.",
  });
}

/** Most runs that an error names. */
const NAMED = 6;

/** A run whose events cannot be read. */
interface Damaged {
  readonly path: string;
  readonly problem: string;
}

/**
 * Read every run by `read`. Damaged ones are named on stderr and left out.
 * @throws {InputError} `runs/damaged` if all are
 */
export function readEach<Result>(
  paths: readonly string[],
  read: (path: string) => Result,
): { results: Result[]; damaged: Damaged[] } {
  const results: Result[] = [];
  const damaged: Damaged[] = [];
  let first: InputError | undefined;
  for (const path of paths) {
    try {
      results.push(read(path));
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      first ??= error;
      damaged.push({ path, problem: `${error.where}: ${error.problem}` });
    }
  }
  if (first && results.length === 0) throw first;
  const progress = new Progress();
  for (const { problem } of damaged) progress.note(`warning: a run is left out: ${problem}`);
  return { results, damaged };
}

/** The part that stands for a run in tables: the chosen one of several recipes, or that of all modalities, which is trained first. */
export const mainPart = ({ parts, chosen }: RunRecord): RunPart | undefined =>
  parts.find(({ part }) => part === chosen) ?? parts[0];

/** `86.0 ± 0.6 %`, or the mean squared error; empty without a score. */
export function scoreText(score: RunScore | undefined): string {
  if (!score) return "";
  const { accuracy, mse, halfWidth } = score;
  return accuracy === undefined ? figureInterval(mse!, halfWidth) : interval(accuracy, halfWidth);
}

/** `1200/2000`, or `1200` for a budget in minutes. */
export const stepText = ({ step, steps }: RunPart): string =>
  steps === undefined ? `${step}` : `${step}/${steps}`;

export const lossText = ({ loss }: RunPart): string => (loss === undefined ? "" : figure(loss));

export const secondsText = ({ seconds }: RunPart): string => (seconds === undefined ? "" : duration(seconds));

/** A time of events as people write it: `2026-12-01 09:30`. */
export const timeText = (time: string | undefined): string => (time ?? "").slice(0, 16).replace("T", " ");
