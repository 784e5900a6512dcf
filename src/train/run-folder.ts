/** The run folder of a training: whether it may be used, and the checkpoints in it. */

import { existsSync } from "node:fs";
import { InputError } from "../base/errors.js";
import { resolvePlace } from "../base/place.js";
import type { ModelDefinition } from "../model/index.js";
import type { RunIdentity } from "./checkpoint.js";
import { Checkpoints } from "./checkpoints.js";

/** The checkpoints of a part of a run; undefined if the run writes none. */
export type CheckpointsOf = (
  part: string,
  definition: ModelDefinition,
  run: RunIdentity,
) => Checkpoints | undefined;

/**
 * Check a run folder, from which training is resumed if `resume` is true.
 *
 * @throws {InputError} `train/run-folder`, `train/run-exists`, `train/nothing-to-resume`
 */
export function checkpointsIn(runFolder: string | undefined, resume: boolean): CheckpointsOf {
  if (runFolder === undefined && !resume) return () => undefined;
  const path = runFolder || "metaTrain, option runFolder";
  const context = { code: "train/run-folder", where: path, remedy: "Choose another folder." };
  const folder = runFolder === undefined ? undefined : resolvePlace(runFolder, context, "a free path");
  if (folder !== undefined && existsSync(folder) === resume)
    return (part, definition, run) => new Checkpoints(folder, part, definition, run);
  throw new InputError({
    code: resume ? "train/nothing-to-resume" : "train/run-exists",
    where: path,
    problem: resume ? "there is no run to resume" : "a run is already there",
    expected: resume ? "the folder of an interrupted run" : "a free path",
    remedy: resume
      ? "Leave out --resume to start afresh."
      : "Continue it by --resume, remove the folder, or train to another --out.",
  });
}
