/** What the worker does to meta-train models: a training advances by a slice of time per call, so that others have their turn. */

import { InputError, invariant } from "../base/errors.js";
import { createDataset, type Dataset } from "../data/index.js";
import type { TrainEvent } from "../train/events.js";
import { metaTrain, type Run } from "../train/train.js";
import type { Served } from "./connection.js";
import { heldModel, holdModel } from "./held-models.js";
import type { PageTrainData, TrainedSlice, TrainHandlers } from "./protocol.js";
import { plainList } from "./values.js";

/** Milliseconds of a slice. A step that takes longer is a slice of its own. */
const SLICE = 50;

/** A training under way. */
interface Training {
  readonly run: Run;
  readonly events: AsyncIterator<TrainEvent>;
  readonly controller: AbortController;
  /** Reports decoded rows to the page, while it waits. */
  onLoad: (done: number, total: number) => void;
  /** What ended it after events that were yet to be sent. */
  failure?: { readonly error: unknown };
}

const trainings = new Map<number, Training>();

/** The data set of a page's examples. @throws {InputError} `train/no-data`, and as `createDataset` does */
async function datasetOf(data: PageTrainData): Promise<Dataset> {
  const { name = "examples", examples, ...options } = Object(data) as PageTrainData;
  if (!Array.isArray(examples))
    throw new InputError({
      code: "train/no-data",
      where: "metaTrain, option data",
      problem: "it has no examples",
      expected: "examples, as for createDataset in Node",
      remedy: "Give them: data: { examples: [{ label, x }, …] }.",
    });
  return createDataset({ ...options, name, examples: await plainList(examples) });
}

/** The handlers of the worker for training. */
export const trainHandlers: Served<TrainHandlers> = {
  async startTraining({ id, data, from, options }) {
    const controller = new AbortController();
    const run = metaTrain({
      ...options,
      data: await datasetOf(data),
      ...(from !== undefined && { from: heldModel(from) }),
      signal: controller.signal,
      onLoad: (done, total) => trainings.get(id)?.onLoad(done, total),
    });
    trainings.set(id, { run, controller, events: run[Symbol.asyncIterator](), onLoad: () => {} });
  },
  async advanceTraining({ id }, { signal, emit }) {
    const training = trainings.get(id);
    invariant(training, "a page names trainings that its worker holds");
    if (training.failure) throw training.failure.error;
    const abort = () => training.controller.abort();
    signal.addEventListener("abort", abort);
    training.onLoad = (done, total) => emit({ done, total });
    try {
      return await advanced(training);
    } finally {
      signal.removeEventListener("abort", abort);
    }
  },
  endTraining({ id }) {
    trainings.get(id)?.controller.abort();
    trainings.delete(id);
  },
};

/** Train for a slice of time: the events, and at the end the model. */
async function advanced(training: Training): Promise<TrainedSlice> {
  const events: TrainEvent[] = [];
  const until = performance.now() + SLICE;
  try {
    do {
      const { value, done } = await training.events.next();
      if (done) return { events, model: holdModel(await training.run.model()) };
      events.push(value);
    } while (performance.now() < until);
  } catch (error) {
    if (events.length === 0) throw error;
    training.failure = { error };
  }
  return { events };
}
