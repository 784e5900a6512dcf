/** What the commands of runs share: which runs are meant, and how one is described. */

import { InputError } from "../base/errors.js";
import type { RunIndex } from "../runs/run-index.js";
import type { RunPart, RunRecord, RunScore } from "../runs/run-record.js";
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
