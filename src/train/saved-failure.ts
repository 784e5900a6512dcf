/** Failures in a run folder: steps that are not finite, with the state before them. */

import { readdirSync, unlinkSync } from "node:fs";
import { join } from "node:path";
import { makeFolder } from "../base/make-folder.js";
import type { ModelDefinition } from "../model/index.js";
import { type CheckpointContents, type RunIdentity, writeCheckpoint } from "./checkpoint.js";
import { FAILURES, failureName, failureStep } from "./checkpoint-name.js";

/** Saved failures kept per part, the newest. */
const KEPT = 10;

/** What is saved of a failure besides the state before it. */
export interface SavedFailure {
  readonly part: string;
  readonly step: number;
  readonly learningRate: number;
  readonly problem: string;
  /** Class names and example ids of the step's episodes. */
  readonly episodes: readonly {
    readonly classes: readonly string[];
    readonly support: readonly string[];
    readonly query: readonly string[];
  }[];
}

/** Where failures are saved: a run folder, and what identifies the run. */
interface FailurePlace {
  readonly folder: string;
  readonly definition: ModelDefinition;
  readonly run: RunIdentity;
}

/** Write a failure, and remove the oldest ones of its part beyond {@link KEPT}. Returns its path. */
export async function writeFailure(
  { folder, definition, run }: FailurePlace,
  failure: SavedFailure,
  before: CheckpointContents,
): Promise<string> {
  const { part } = failure;
  const failures = join(folder, FAILURES);
  makeFolder(failures);
  const path = join(failures, failureName(part, failure.step));
  await writeCheckpoint(path, before, definition, run, { failure: JSON.stringify(failure) });
  const steps = readdirSync(failures)
    .flatMap((name) => failureStep(name, part) ?? [])
    .sort((a, b) => b - a);
  for (const step of steps.slice(KEPT)) unlinkSync(join(failures, failureName(part, step)));
  return path;
}
