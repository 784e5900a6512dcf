/** Meta-training in a page: the recipes, events and models of Node's, with the work in a worker. */

import type { TrainEvent } from "../train/events.js";
import { type RunOf, runOf } from "../train/run.js";
import type { MetaTrainOptions } from "../train/train.js";
import { PageModel } from "./model.js";
import { call, type Held, releasedBy, workerInUse } from "./page.js";
import type { PageTrainData, TrainChoices } from "./protocol.js";

/** Options of {@link metaTrain} in a page: those of Node, without run folder and engine. */
export interface PageTrainOptions extends TrainChoices, Pick<MetaTrainOptions, "signal" | "onLoad"> {
  readonly data: PageTrainData;
  /** A model whose encoders and fusion training starts from. */
  readonly from?: PageModel;
}

/** A training run in a page: events to iterate, and the model at the end. */
export type PageRun = RunOf<PageModel>;

/** Ends trainings that the page no longer refers to. */
const dropped = releasedBy("endTraining");
let count = 0;

/**
 * Meta-train a model in the page's worker, on examples of the page. Training advances while the run is iterated; no checkpoint
 * is written. Aborting `signal` ends it after the current step, and the run throws the signal's reason.
 *
 * @throws {InputError} while iterating, as in Node; `train/no-folder-in-page` for a run folder
 * @throws {RunError} `train/diverged` if a loss is not finite
 * @example
 * const run = metaTrain({ data: { examples }, learner: "prototypical", train: { steps: 200 }, seed: 1 });
 * for await (const event of run) if (event.type === "step") progress.value = event.step;
 * const model = await run.model();
 */
export function metaTrain(options: PageTrainOptions): PageRun {
  const held = { worker: workerInUse(), id: count++ };
  const run = runOf(trained(held, options));
  dropped.register(run, held);
  return run;
}

async function* trained(
  { worker, id }: Held,
  { data, from, signal, onLoad, ...options }: PageTrainOptions,
): AsyncGenerator<TrainEvent, PageModel> {
  const onEvent = ({ done, total }: LoadEvent) => onLoad?.(done, total);
  // Cast: the worker's handler emits nothing else.
  const callOptions = { signal, onEvent: onEvent as (event: unknown) => void };
  const start = { id, data, from: from?.held.id, options };
  try {
    // A model of a worker that has ended is of no use to the one in use.
    if (from) await call(from.held.worker, "status", undefined, { signal });
    await call(worker, "startTraining", start, { signal });
    for (;;) {
      const { events, model } = await call(worker, "advanceTraining", { id }, callOptions);
      yield* events;
      if (model) return new PageModel(worker, model);
    }
  } finally {
    // A rejection is the end of the worker, and of its trainings.
    call(worker, "endTraining", { id }).catch(() => {});
  }
}

/** Rows decoded so far, and all rows. */
interface LoadEvent {
  readonly done: number;
  readonly total: number;
}
