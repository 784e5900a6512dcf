/** The state that a replay starts from: that before a saved failure, the nearest checkpoint, or the initial weights. */

import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { InputError } from "../base/errors.js";
import type { Model } from "../model/model.js";
import { identity, type OpenCheckpoint, openCheckpoint } from "../train/checkpoint.js";
import { checkpointStep, FAILURES, failureName } from "../train/checkpoint-name.js";
import type { TrainingData } from "../train/data.js";
import type { TrainingPrograms } from "../train/programs.js";
import { initialWeights, solvedStart } from "../train/start.js";
import { startingState, type TrainingState } from "../train/update.js";
import type { ReplaySource } from "./replay-source.js";

export interface ReplayStart {
  readonly state: TrainingState;
  /** The file that it was read from; undefined for the initial weights. */
  readonly path?: string;
  /** Whether the data are not those that the run was trained on; undefined if no file says. */
  readonly dataChanged?: boolean;
}

/** The nearest state before a step. A damaged file is passed over. @throws {InputError} `runs/other-data` */
export async function replayStart(
  source: ReplaySource,
  programs: TrainingPrograms,
  data: TrainingData,
  from: Model | undefined,
  signal: AbortSignal | undefined,
): Promise<ReplayStart> {
  const { definition, engine } = programs;
  for (const path of filesBefore(source)) {
    const opened = await openUndamaged(path);
    if (!opened) continue;
    const dataChanged = opened.run !== identity(definition, { digest: data.digest, runtime: engine.runtime });
    if (dataChanged && !hasSameSpecs(opened, definition.specs)) throw otherData(source);
    return { state: opened.contents(definition).current, path, dataChanged };
  }
  const initial = initialWeights(definition, data, from);
  const weights = await solvedStart(initial, programs, data, source.plan, definition.recipe, signal);
  return { state: startingState(weights, definition.recipe.train.optimizer) };
}

/** The files with a state before the step, the nearest first. */
function filesBefore({ run, part, step }: ReplaySource): string[] {
  const failure = join(run, FAILURES, failureName(part, step));
  const checkpoints = readdirSync(run)
    .map((name) => ({ name, step: checkpointStep(name, part) ?? step }))
    .filter((each) => each.step < step)
    .sort((a, b) => b.step - a.step)
    .map(({ name }) => join(run, name));
  return existsSync(failure) ? [failure, ...checkpoints] : checkpoints;
}

async function openUndamaged(path: string): Promise<OpenCheckpoint | undefined> {
  try {
    return await openCheckpoint(path);
  } catch (error) {
    if (error instanceof InputError) return undefined;
    throw error;
  }
}

function hasSameSpecs({ run }: OpenCheckpoint, specs: TrainingData["specs"]): boolean {
  const [, stored] = JSON.parse(run);
  return JSON.stringify(stored) === JSON.stringify(specs);
}

const otherData = ({ run, data }: ReplaySource) =>
  new InputError({
    code: "runs/other-data",
    where: run,
    problem: `the data ${data?.path ?? ""} are not those of the run: their arrays have other shapes or scales`,
    expected: "the data that the run was trained on",
    remedy: "Restore the data, or give them with --data.",
  });
