/** Checkpoints: one file with all that training needs to go on as if it had not stopped. */

import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { InputError } from "../base/errors.js";
import { decodeSafetensors, encodeSafetensors } from "../base/safetensors.js";
import { writeWhole } from "../base/write.js";
import { flattenTree, type ModelDefinition, unflattenTree, type Weights } from "../model/index.js";
import type { Pace } from "./schedule.js";
import { startingState, type TrainingState } from "./update.js";
import type { ValidationScore } from "./validate.js";

/** The best weights so far on the validation classes. */
export interface Best extends Weights, ValidationScore {
  readonly step: number;
}

export interface CheckpointContents {
  readonly current: TrainingState;
  readonly best: Best | undefined;
  /** The last step whose weights were validated; before there was one, a step that asks for no validation. */
  readonly validated: number;
  /** Milliseconds spent training. */
  readonly elapsed: number;
  /** Absent in checkpoints of earlier versions. */
  readonly pace?: Pace;
}

/** The part of a checkpoint that is no array. */
interface SavedProgress {
  readonly step: number;
  readonly best?: Omit<Best, keyof Weights>;
  readonly validated: number;
  readonly elapsed: number;
  readonly pace?: Pace;
}

/** What identifies a run: its recipe, how its data become arrays, and a digest of the data. */
const identity = ({ recipe, specs }: ModelDefinition, digest: string) =>
  JSON.stringify([recipe, specs, digest]);

export async function writeCheckpoint(
  path: string,
  { current, best, validated, elapsed, pace }: CheckpointContents,
  definition: ModelDefinition,
  digest: string,
): Promise<void> {
  const { step, ...trees } = current;
  const { params, state, ...scores } = best ?? {};
  const kept = best ? flattenTree("best", { params, state } as never) : {};
  const arrays = { ...flattenTree("current", trees as never), ...kept };
  const progress: SavedProgress = {
    step,
    best: best && (scores as SavedProgress["best"]),
    validated,
    elapsed,
    pace,
  };
  const metadata = { progress: JSON.stringify(progress), run: identity(definition, digest) };
  await writeWhole(path, encodeSafetensors({ arrays, metadata }));
}

/** Read a checkpoint, if there is one. Throws an `InputError` for one of another recipe. */
export async function readCheckpoint(
  path: string,
  definition: ModelDefinition,
  digest: string,
): Promise<CheckpointContents | undefined> {
  if (!existsSync(path)) return undefined;
  const { arrays, metadata } = decodeSafetensors(await readFile(path), path);
  if (metadata.run !== identity(definition, digest))
    throw new InputError({
      code: "train/other-recipe",
      where: path,
      problem: "the checkpoint is of another recipe or other data",
      expected: "the recipe and the data that the run was started with",
      remedy: "Resume with the same recipe, flags and data, or train to another --out.",
    });
  const { step, best, validated, elapsed, pace } = JSON.parse(metadata.progress) as SavedProgress;
  const { step: _, ...like } = startingState(definition.blankWeights(), definition.recipe.train.optimizer);
  const current = unflattenTree("current", like as never, arrays, path) as Omit<TrainingState, "step">;
  const { params, state } = like;
  return {
    current: { ...current, step },
    best: best && {
      ...(unflattenTree("best", { params, state } as never, arrays, path) as Weights),
      ...best,
    },
    validated,
    elapsed,
    pace,
  };
}
