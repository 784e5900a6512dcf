/**
 * metamodal in a page: teach a task from a handful of examples and predict, in a worker, without a server.
 *
 * The types are those of Node's; see {@link teach}, {@link loadTask} and {@link PageTask}.
 */

export { InputError, type InputErrorParts, RunError } from "./base/errors.js";
export { loadModel, PageModel, PageModelTask } from "./web/model.js";
export { configure, type PageOptions, pageStatus } from "./web/page.js";
export type { PageStatus, PageTrainData, TrainChoices } from "./web/protocol.js";
export { loadTask, PageTask, teach } from "./web/task.js";
export { metaTrain, type PageRun, type PageTrainOptions } from "./web/train.js";

// The types of examples, options and predictions are those of Node.

export type { ModalityDeclarations } from "./data/card.js";
export type { Example, Notice } from "./data/index.js";
export type { EmbedOptions } from "./teach/embed.js";
export type { FitOptions } from "./teach/fit-task.js";
export type { NearExample } from "./teach/nearest.js";
export type { TaughtClassPrediction, TaughtPrediction } from "./teach/prediction.js";
export type { Confusion, Share, TaskReport } from "./teach/report.js";
export type { Added, TaughtExample, TaughtExamples } from "./teach/task.js";
export type { TeachOptions } from "./teach/teach.js";
export type { TrainEvent } from "./train/events.js";
export type { RunOf } from "./train/run.js";
