/** Checkpoints: one file with everything that training needs to continue as if it had not been interrupted. */

import { readFile } from "node:fs/promises";
import type { NDArray } from "../base/array.js";
import { InputError } from "../base/errors.js";
import { decodeSafetensors, encodeSafetensors } from "../base/safetensors.js";
import { sha256 } from "../base/sha256.js";
import { writeWhole } from "../base/write.js";
import type { Runtime } from "../engine/run/options.js";
import { flattenTree, type ModelDefinition, unflattenTree, type Weights } from "../model/index.js";
import type { Pace } from "./schedule.js";
import { startingState, type TrainingState } from "./update.js";
import type { ValidationScore } from "./validate.js";

/** Steps that were left out because a value was not finite. */
export interface LeftOut {
  readonly total: number;
  /** Those since the last step that was taken. */
  readonly inARow: number;
}

/** The best weights so far on the validation classes. */
export interface Best extends ValidationScore {
  readonly weights: Weights;
  readonly step: number;
}

export interface CheckpointContents {
  readonly current: TrainingState;
  readonly best: Best | undefined;
  /** The last step whose weights were validated; before the first validation, a step that needs none. */
  readonly validated: number;
  /** Milliseconds spent training. */
  readonly elapsed: number;
  /** Absent in checkpoints of earlier versions. */
  readonly pace?: Pace;
  /** Absent in checkpoints of earlier versions. */
  readonly leftOut?: LeftOut;
}

/** The contents of a checkpoint without its arrays, stored as JSON. */
interface SavedProgress {
  readonly step: number;
  /** Absent in checkpoints of earlier versions, which left no step out. */
  readonly updates?: number;
  readonly best?: Omit<Best, "weights">;
  readonly validated: number;
  readonly elapsed: number;
  readonly pace?: Pace;
  readonly leftOut?: LeftOut;
}

/** What a run is identified by besides its recipe and the specifications of its arrays. */
export interface RunIdentity {
  /** A digest of its data. */
  readonly digest: string;
  readonly runtime: Runtime;
}

/** What a run's checkpoints state about it. `onNan` may change on resumption: it changes no step before one that is not finite. */
export function identity({ recipe, specs }: ModelDefinition, { digest }: RunIdentity): string {
  const { onNan: _, ...train } = recipe.train;
  return JSON.stringify([{ ...recipe, train }, specs, digest]);
}

/** Write a checkpoint; `more` are further texts of its metadata. */
export async function writeCheckpoint(
  path: string,
  { current, best, validated, elapsed, pace, leftOut }: CheckpointContents,
  definition: ModelDefinition,
  run: RunIdentity,
  more: Readonly<Record<string, string>> = {},
): Promise<void> {
  const { step, updates, ...trees } = current;
  const { weights, ...selected } = best ?? {};
  const arrays = { ...flattenTree("current", trees), ...(weights && flattenTree("best", weights)) };
  const progress = { step, updates, best: best && selected, validated, elapsed, pace, leftOut };
  const metadata = {
    ...more,
    progress: JSON.stringify(progress),
    run: identity(definition, run),
    runtime: run.runtime,
  };
  const sealed = { ...metadata, sha256: digestOf({ arrays, metadata }) };
  await writeWhole(path, encodeSafetensors({ arrays, metadata: sealed }));
}

/** SHA-256 of a checkpoint's contents. */
const digestOf = (contents: Parameters<typeof encodeSafetensors>[0]) => sha256(encodeSafetensors(contents));

const damaged = (where: string) =>
  new InputError({
    code: "train/damaged-checkpoint",
    where,
    problem: "the checkpoint is damaged: its SHA-256 is not the one that it states",
    expected: "the file as metamodal wrote it",
    remedy: "Resume from a copy of the run, or train again.",
  });

/** A checkpoint whose digest is right; what it holds is read for a definition. */
export interface OpenCheckpoint {
  readonly path: string;
  readonly runtime: Runtime;
  /** The recipe, the array specifications and the digest of the data, as JSON. */
  readonly run: string;
  /** @throws {InputError} `model/wrong-tensors` if its arrays are not those of the definition */
  contents(definition: ModelDefinition): CheckpointContents;
}

/** Read a checkpoint, of whatever run. Throws an `InputError` if it is damaged. */
export async function openCheckpoint(path: string): Promise<OpenCheckpoint> {
  const { arrays, metadata: stored } = decodeSafetensors(await readFile(path), path);
  const { sha256: stated, ...metadata } = stored;
  // Checkpoints of earlier versions have neither a digest nor a runtime, and are of the only runtime there was.
  const isEarlier = stated === undefined && metadata.runtime === undefined;
  if (!isEarlier && stated !== digestOf({ arrays, metadata })) throw damaged(path);
  return {
    path,
    runtime: (metadata.runtime ?? "onnxruntime") as Runtime,
    run: metadata.run,
    contents: (definition) => contentsOf(path, definition, metadata.progress, arrays),
  };
}

/** Read a checkpoint. Throws an `InputError` if it is damaged, or of another recipe, other data or another runtime. */
export async function readCheckpoint(
  path: string,
  definition: ModelDefinition,
  run: RunIdentity,
): Promise<CheckpointContents> {
  const opened = await openCheckpoint(path);
  if (opened.run !== identity(definition, run))
    throw new InputError({
      code: "train/other-recipe",
      where: path,
      problem: "the checkpoint is of another recipe or other data",
      expected: "the recipe and the data that the run was started with",
      remedy: "Resume with the same recipe, flags and data, or train to another --out.",
    });
  const { runtime: earlier } = opened;
  if (earlier !== run.runtime)
    throw new InputError({
      code: "train/other-runtime",
      where: path,
      problem: `the checkpoint is of the runtime ${earlier}, and its steps continue on ${run.runtime}`,
      expected: "the runtime that the run was started with, since the last bits of its results differ",
      remedy: `Resume with --runtime ${earlier}.`,
    });
  return opened.contents(definition);
}

function contentsOf(
  path: string,
  definition: ModelDefinition,
  saved: string,
  arrays: Readonly<Record<string, NDArray>>,
): CheckpointContents {
  const progress = JSON.parse(saved) as SavedProgress;
  const { step, updates = step, best, validated, elapsed, pace, leftOut } = progress;
  const { optimizer } = definition.recipe.train;
  const { step: _, updates: __, ...like } = startingState(definition.blankWeights(), optimizer);
  const { params, state } = like;
  return {
    current: { ...unflattenTree("current", like, arrays, path), step, updates },
    best: best && { ...best, weights: unflattenTree("best", { params, state }, arrays, path) },
    validated,
    elapsed,
    pace,
    leftOut,
  };
}
