/** The names of checkpoint files and of saved failures, apart from their contents, for what only looks for them. */

const ENDING = ".checkpoint.safetensors";
const FAILURE_ENDING = ".failure.safetensors";

/** The folder of saved failures inside a run folder. */
export const FAILURES = "failures";

/** The file name of a part's checkpoint after `step` steps. */
export const checkpointName = (part: string, step: number): string => `${part}.step-${step}${ENDING}`;

/** The file name of a part's failure in step `step`, in {@link FAILURES}. */
export const failureName = (part: string, step: number): string => `${part}.step-${step}${FAILURE_ENDING}`;

/** Whether a file name is one of a checkpoint. */
export const isCheckpoint = (name: string): boolean => name.endsWith(ENDING) && !name.includes("/");

/** Whether a path inside a run folder is one of a saved failure, or of their folder. */
export const isFailurePath = (path: string): boolean =>
  path === `${FAILURES}/` ||
  (path.startsWith(`${FAILURES}/`) && path.endsWith(FAILURE_ENDING) && path.split("/").length === 2);

/** The step of a part's checkpoint; 0 for the one file of earlier versions, undefined for other files. */
export function checkpointStep(name: string, part: string): number | undefined {
  return isCheckpoint(name) && name === `${part}${ENDING}` ? 0 : stepIn(name, part, ENDING);
}

/** The step of a part's failure; undefined for other files. */
export const failureStep = (name: string, part: string): number | undefined =>
  stepIn(name, part, FAILURE_ENDING);

function stepIn(name: string, part: string, ending: string): number | undefined {
  if (!name.startsWith(part) || !name.endsWith(ending)) return undefined;
  const [, digits] = /^\.step-(\d+)$/.exec(name.slice(part.length, -ending.length)) ?? [];
  return digits === undefined ? undefined : Number(digits);
}
