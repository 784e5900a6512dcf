/** A task as the server holds it, whichever model it is of. */

import type { Example, Notice, TaskKind } from "../data/index.js";
import type { Prediction } from "../model/task.js";
import type { Share } from "../teach/report.js";
import type { TeachRequest } from "./schemas.js";
import type { StoredTask } from "./stored.js";

export interface WorkOptions {
  readonly signal: AbortSignal;
}

/** A new or changed task, and what was left out. */
export interface Outcome {
  readonly task: ServedTask;
  /** Ids of given examples that the task had already. */
  readonly repeated: readonly string[];
  readonly notices: readonly Notice[];
}

/** A file that a task is exported as. */
export interface ExportedTask {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** A task that does not change: adding and removing examples makes others. */
export interface ServedTask {
  readonly stored: StoredTask;
  readonly kind: TaskKind;
  readonly classes: readonly string[];
  readonly modalities: readonly { readonly name: string; readonly kind: string }[];
  /** Cross-validated accuracy, or why there is none. */
  readonly report?: { readonly accuracy?: Share; readonly reason?: string };
  /** Whether a prediction depends on the examples that are predicted with it. */
  readonly isTransductive: boolean;
  predictAll(examples: readonly Example[], options: WorkOptions): Promise<Prediction[]>;
  add(examples: readonly Example[], options: WorkOptions): Promise<Outcome>;
  /** @throws {InputError} `task/no-such-example` */
  remove(id: string, options: WorkOptions): Promise<Outcome>;
  /** The task as a file that the library reads. */
  file(): ExportedTask;
  /** The files of its ONNX export by name. */
  onnx(): Promise<Readonly<Record<string, string | Uint8Array>>>;
}

/** What tasks are made by: the base model or a trained one. */
export interface Teacher {
  /** Teach a task from the examples of a request. */
  teach(
    request: Pick<TeachRequest, "labelShots" | "examples">,
    options: WorkOptions & { readonly keepExamples: boolean },
  ): Promise<Outcome>;
  /** The task that is stored; `where` is its name in errors. */
  restore(stored: StoredTask, where: string, options: WorkOptions): Promise<ServedTask>;
}
