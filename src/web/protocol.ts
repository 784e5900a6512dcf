/** What the page and its worker call of each other. */

import type { Notice } from "../data/index.js";
import type { Channels } from "../modality/audio/length.js";
import type { TaughtPrediction } from "../teach/prediction.js";
import type { TaskReport } from "../teach/report.js";
import type { Added, TaughtExample, TaughtExamples } from "../teach/task.js";
import type { TeachOptions } from "../teach/teach.js";

/** A task in the worker: its number, and what the page shows of it. */
export interface TaskCard {
  readonly id: number;
  readonly classes: readonly string[];
  readonly report?: TaskReport;
  readonly examples: readonly TaughtExample[];
  readonly modalities: readonly string[];
  readonly experts: Readonly<Record<string, number>>;
}

/** Progress of a call, or a notice about its examples. */
export type CallEvent = { readonly done: number; readonly total: number } | { readonly notice: Notice };

/** The options of `teach` that are data. */
export type TeachChoices = Pick<TeachOptions, "labelShots" | "keepExamples" | "modalities">;

/** Where a task comes from: its name in the browser's database, a file, or a URL. */
export type TaskSource = { readonly name: string } | { readonly file: Blob } | { readonly url: string };

/** What a page may use. */
export interface PageStatus {
  /** Whether the page is cross-origin isolated, so that threads may share memory. */
  readonly isIsolated: boolean;
  /** The number of threads that networks run on. */
  readonly threads: number;
}

/** Handlers of the worker. */
export interface WorkerHandlers {
  start(argument: { encoders: string; without: readonly string[] }): void;
  status(argument: undefined): PageStatus;
  teach(argument: { examples: TaughtExamples; choices: TeachChoices }): TaskCard;
  load(argument: TaskSource): TaskCard;
  predict(argument: { id: number; examples: TaughtExamples }): TaughtPrediction[];
  add(argument: { id: number; examples: TaughtExamples }): { added: Added; card: TaskCard };
  remove(argument: { id: number; ids?: readonly string[]; classes?: readonly string[] }): TaskCard;
  save(argument: { id: number; name: string }): void;
  encode(argument: { id: number }): Uint8Array;
  release(argument: { id: number }): void;
}

/** Handlers of the page. */
export interface PageHandlers {
  decodeSound(argument: { bytes: Uint8Array; rate: number; mostSeconds: number }): Channels | undefined;
}
