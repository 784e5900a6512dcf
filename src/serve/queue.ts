/**
 * Predictions that wait for the same task are made together: while a batch runs, the examples of further requests are
 * collected into the next one. A batch whose examples cannot all be predicted is repeated per request, so that a request only
 * fails by its own examples.
 */

import type { Example } from "../data/index.js";
import type { TaughtPrediction } from "../teach/prediction.js";
import type { TaughtTask } from "../teach/task.js";
import { isOfRequest } from "./refusal.js";

/** Largest number of examples of a batch of several requests. */
const LARGEST = 64;

interface Waiting {
  readonly examples: readonly Example[];
  readonly signal: AbortSignal;
  done(predictions: TaughtPrediction[]): void;
  fail(error: unknown): void;
}

export class PredictionQueues {
  readonly #queues = new Map<TaughtTask, Waiting[]>();

  /** The examples that wait or are being predicted. */
  get waiting(): number {
    return [...this.#queues.values()].flat().length;
  }

  /** Predict examples, together with those of other requests for the task. */
  predict(task: TaughtTask, examples: readonly Example[], signal: AbortSignal): Promise<TaughtPrediction[]> {
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

  async #run(task: TaughtTask): Promise<void> {
    const queue = this.#queues.get(task)!;
    // Requests that arrive in the same turn of the event loop join the first batch.
    await new Promise((done) => setImmediate(done));
    while (queue.length > 0) {
      let count = 0;
      let size = 0;
      while (count < queue.length && (count === 0 || size + queue[count].examples.length <= LARGEST))
        size += queue[count++].examples.length;
      await predictTogether(task, queue.splice(0, count));
    }
    this.#queues.delete(task);
  }
}

async function predictTogether(task: TaughtTask, batch: readonly Waiting[]): Promise<void> {
  if (batch.length === 1) return predictOne(task, batch[0]);
  try {
    const examples = batch.flatMap((waiting, w) =>
      waiting.examples.map((example, i) => ({ ...example, id: `${w}/${i}` })),
    );
    const predictions = await task.predictAll(examples);
    for (const { examples: own, done } of batch)
      done(predictions.splice(0, own.length).map((each, i) => ({ ...each, id: own[i].id! })));
  } catch (error) {
    if (!isOfRequest(error)) for (const { fail } of batch) fail(error);
    else for (const waiting of batch) await predictOne(task, waiting);
  }
}

async function predictOne(task: TaughtTask, { examples, signal, done, fail }: Waiting): Promise<void> {
  try {
    signal.throwIfAborted();
    const named = examples.map((example, i) => ({ ...example, id: String(i) }));
    const predictions = await task.predictAll(named, { signal });
    done(predictions.map((each, i) => ({ ...each, id: examples[i].id! })));
  } catch (error) {
    fail(error);
  }
}
