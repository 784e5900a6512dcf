/** The run folder of a training in a page, which has none: nothing is resumed. */

import { InputError } from "../base/errors.js";
import type { CheckpointsOf } from "./run-folder.js";

/** No checkpoints. @throws {InputError} `train/no-folder-in-page` for a run folder, or a run to resume */
export function checkpointsIn(runFolder: string | undefined, resume: boolean): CheckpointsOf {
  if (runFolder === undefined && !resume) return () => undefined;
  throw new InputError({
    code: "train/no-folder-in-page",
    where: `metaTrain, option ${runFolder === undefined ? "resume" : "runFolder"}`,
    problem: "a page has no folders, and keeps no checkpoints",
    expected: "a training without it",
    remedy: "Leave it out, and save the model; or train in Node.",
  });
}
