/**
 * Predictions that wait for the same task are made together: while a batch runs, the examples of further requests are
 * collected into the next one. A batch whose examples cannot all be predicted is repeated per request, so that a request only
 * fails by its own examples.
 */

import type { Example } from "../data/index.js";
import type { Prediction } from "../model/task.js";
import { isOfRequest } from "./refusal.js";
import type { ServedTask } from "./served.js";

/** Largest number of examples of a batch of several requests. */
const LARGEST = 64;

interface Waiting {
  readonly examples: readonly Example[];
  readonly signal: AbortSignal;
  done(predictions: Prediction[]): void;
  fail(error: unknown): void;
}

export class PredictionQueues {
  readonly #queues = new Map<ServedTask, Waiting[]>();
  #waiting = 0;

  /** The number of examples that wait or are being predicted. */
  get waiting(): number {
    return this.#waiting;
  }

  /** Predict examples, together with those of other requests for the task. */
  async predict(task: ServedTask, examples: readonly Example[], signal: AbortSignal): Promise<Prediction[]> {
    this.#waiting += examples.length;
    try {
      return await this.#queued(task, examples, signal);
    } finally {
      this.#waiting -= examples.length;
    }
  }

  #queued(task: ServedTask, examples: readonly Example[], signal: AbortSignal): Promise<Prediction[]> {
    return new Promise((done, fail) => {
      const queue = this.#queues.get(task);
      const waiting = { examples, signal, done, fail };
      if (queue) queue.push(waiting);
      else {
        this.#queues.set(task, [waiting]);
        void this.#run(task);
      }
    });
  }

  async #run(task: ServedTask): Promise<void> {
    const queue = this.#queues.get(task)!;
    // Requests that arrive in the same turn of the event loop join the first batch.
    await new Promise((done) => setImmediate(done));
    while (queue.length > 0) {
      let count = 0;
      let size = 0;
      const most = task.isTransductive ? 1 : LARGEST;
      while (count < queue.length && (count === 0 || size + queue[count].examples.length <= most))
        size += queue[count++].examples.length;
      await predictTogether(task, queue.splice(0, count));
    }
    this.#queues.delete(task);
  }
}

/** Several requests are not aborted by one of them. */
const never = new AbortController().signal;

async function predictTogether(task: ServedTask, batch: readonly Waiting[]): Promise<void> {
  if (batch.length === 1) return predictOne(task, batch[0]);
  try {
    const examples = batch.flatMap((waiting, w) =>
      waiting.examples.map((example, i) => ({ ...example, id: `${w}/${i}` })),
    );
    const predictions = await task.predictAll(examples, { signal: never });
    for (const { examples: own, done } of batch)
      done(predictions.splice(0, own.length).map((each, i) => ({ ...each, id: own[i].id! })));
  } catch (error) {
    if (!isOfRequest(error)) for (const { fail } of batch) fail(error);
    else for (const waiting of batch) await predictOne(task, waiting);
  }
}

async function predictOne(task: ServedTask, { examples, signal, done, fail }: Waiting): Promise<void> {
  try {
    signal.throwIfAborted();
    const named = examples.map((example, i) => ({ ...example, id: String(i) }));
    const predictions = await task.predictAll(named, { signal });
    done(predictions.map((each, i) => ({ ...each, id: examples[i].id! })));
  } catch (error) {
    fail(error);
  }
}
