/** The names of checkpoint files, apart from their contents, for what only looks for them. */

const ENDING = ".checkpoint.safetensors";

/** The file name of a part's checkpoint after `step` steps. */
export const checkpointName = (part: string, step: number): string => `${part}.step-${step}${ENDING}`;

/** Whether a file name is one of a checkpoint. */
export const isCheckpoint = (name: string): boolean => name.endsWith(ENDING) && !name.includes("/");

/** The step of a part's checkpoint; 0 for the one file of earlier versions, undefined for other files. */
export function checkpointStep(name: string, part: string): number | undefined {
  if (!name.startsWith(part) || !isCheckpoint(name)) return undefined;
  const between = name.slice(part.length, -ENDING.length);
  if (between === "") return 0;
  const [, digits] = /^\.step-(\d+)$/.exec(between) ?? [];
  return digits === undefined ? undefined : Number(digits);
}
