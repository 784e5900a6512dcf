/** The two tasks, and the unit that each is split by. */

/** `classification` predicts a class by name, `regression` a number. */
export type TaskKind = "classification" | "regression";
export const taskKinds: readonly TaskKind[] = ["classification", "regression"];

export type Words = readonly [one: string, many: string];

/** What the rows of a task are split and drawn by: singular and plural. */
export const unitWords: Readonly<Record<TaskKind, Words>> = {
  classification: ["class", "classes"],
  regression: ["group", "groups"],
};
