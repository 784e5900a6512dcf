/** What the page and its worker call of each other. */

import type { ModalityDeclarations } from "../data/card.js";
import type { Example, Notice } from "../data/index.js";
import type { Channels } from "../modality/audio/length.js";
import type { FoundFile } from "../modality/builtin/kept-files.web.js";
import type { ModelCard } from "../model/card.js";
import type { Prediction } from "../model/task.js";
import type { TaughtPrediction } from "../teach/prediction.js";
import type { TaskReport } from "../teach/report.js";
import type { Added, TaughtExample, TaughtExamples } from "../teach/task.js";
import type { TeachOptions } from "../teach/teach.js";
import type { TrainEvent } from "../train/events.js";
import type { MetaTrainOptions } from "../train/train.js";

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

/** A model in the worker: its number, and what the page shows of it. */
export interface ModelEntry {
  readonly id: number;
  readonly card: ModelCard;
  readonly modalities: readonly string[];
}

/** Where a model comes from: the URL of its folder, its archive, or its name in the browser's database. */
export type ModelSource = { readonly url: string } | { readonly file: Blob } | { readonly name: string };

/** The data of a training in a page: the options of Node's `createDataset`. */
export interface PageTrainData {
  readonly examples: readonly Example[];
  readonly name?: string;
  readonly modalities?: ModalityDeclarations;
  /** Whether each group is a task of its own. */
  readonly groupAsTask?: boolean;
}

/** The options of `metaTrain` that are data. */
export type TrainChoices = Omit<
  MetaTrainOptions,
  "data" | "from" | "signal" | "onLoad" | "runFolder" | "resume" | "threads" | "device" | "runtime"
>;

/** A training to start: its number, and that of the model that it starts from. */
export interface TrainStart {
  readonly id: number;
  readonly data: PageTrainData;
  readonly from?: number;
  readonly options: TrainChoices;
}

/** What a training did in a slice of time; the model at its end. */
export interface TrainedSlice {
  readonly events: readonly TrainEvent[];
  readonly model?: ModelEntry;
}

/** A model's task in the worker. */
export interface AdaptedEntry {
  readonly id: number;
  readonly classes: readonly string[];
}

/** What a page may use. */
export interface PageStatus {
  /** Whether the page is cross-origin isolated. */
  readonly isIsolated: boolean;
  /** The number of threads that networks and programs run on: 1, the worker's, unless the page is isolated. */
  readonly threads: number;
}

/** Handlers of the worker for tasks of the base model. */
export interface TaskHandlers {
  start(argument: {
    encoders: string;
    without: readonly string[];
    preload: readonly string[];
    later: readonly string[];
    onnxruntime?: string;
  }): void;
  status(argument: undefined): PageStatus;
  teach(argument: { examples: TaughtExamples; choices: TeachChoices }): TaskCard;
  load(argument: TaskSource): TaskCard;
  predict(argument: { id: number; examples: TaughtExamples }): TaughtPrediction[];
  complete(argument: { id: number }): TaskCard;
  add(argument: { id: number; examples: TaughtExamples }): { added: Added; card: TaskCard };
  remove(argument: { id: number; ids?: readonly string[]; classes?: readonly string[] }): TaskCard;
  save(argument: { id: number; name: string }): void;
  encode(argument: { id: number }): Uint8Array;
  release(argument: { id: number }): void;
}

/** Handlers of the worker for meta-trained models. */
export interface ModelHandlers {
  loadModel(argument: ModelSource): ModelEntry;
  adapt(argument: { id: number; examples: TaughtExamples; labelShots?: number }): AdaptedEntry;
  predictAdapted(argument: { id: number; examples: TaughtExamples }): Prediction[];
  embed(argument: { id: number; examples: TaughtExamples }): Float32Array[];
  saveModel(argument: { id: number; name: string }): void;
  encodeModel(argument: { id: number }): Uint8Array;
  releaseModel(argument: { id: number }): void;
}

/** Handlers of the worker for training. The page numbers its trainings. */
export interface TrainHandlers {
  startTraining(argument: TrainStart): void;
  advanceTraining(argument: { id: number }): TrainedSlice;
  endTraining(argument: { id: number }): void;
}

/** Handlers of the worker. */
export interface WorkerHandlers extends TaskHandlers, ModelHandlers, TrainHandlers {}

/** Handlers of the page. */
export interface PageHandlers {
  earlyFile(name: string): FoundFile | undefined;
  decodeSound(argument: { bytes: Uint8Array; rate: number; mostSeconds: number }): Channels | undefined;
}
