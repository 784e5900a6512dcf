/** What the database holds of a task: its examples, and all that the task is computed from. */

import type { TaskKind } from "../data/index.js";
import type { TaskFile } from "../teach/file.js";

/** A support example of an adapted task, with its values as they arrived; files are bytes. */
export interface SupportExample {
  readonly id: string;
  readonly label: string | number;
  readonly group?: string;
  readonly values: Readonly<Record<string, unknown>>;
}

/** A task that was adapted from a trained model. The model is no part of it. */
export interface AdaptedFile {
  readonly task: TaskKind;
  /** SHA-256 of the model. */
  readonly model: string;
  readonly labelShots?: number;
  /** In the order of ids. */
  readonly examples: readonly SupportExample[];
}

/** A task as it is stored: of the base model, with vectors, or of a trained one, with values. */
export type StoredTask = TaskFile | AdaptedFile;

/** Whether a task, or its card, is of a trained model. */
export const isAdapted = <Stored extends object>(
  stored: Stored,
): stored is Extract<Stored, { readonly model: string }> => "model" in stored;
