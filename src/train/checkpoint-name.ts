/** The names of checkpoint files, apart from their contents, for what only looks for them. */

const ENDING = ".checkpoint.safetensors";

/** The file name of a part's checkpoint. */
export const checkpointName = (part: string): string => `${part}${ENDING}`;

/** Whether a file name is one of a checkpoint. */
export const isCheckpoint = (name: string): boolean => name.endsWith(ENDING) && !name.includes("/");
