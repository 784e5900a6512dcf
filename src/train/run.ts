/** A training run as its callers see it: events to iterate, and the model at the end. */

import type { TrainEvent } from "./events.js";

/** A training run: an iterable of events. Training advances while it is iterated. `Trained` is its model. */
export interface RunOf<Trained> extends AsyncIterable<TrainEvent> {
  /**
   * Train to the end, if that has not happened yet, and return the model.
   *
   * @throws {InputError | RunError} what iterating throws; see {@link metaTrain}.
   * @example const model = await metaTrain({ data, width: 8, train: { steps: 2 } }).model();
   */
  model(): Promise<Trained>;
}

/** The run of a generator that yields events and returns the model. */
export function runOf<Trained>(events: AsyncGenerator<TrainEvent, Trained>): RunOf<Trained> {
  let result: { readonly model: Trained } | undefined;
  let failure: { readonly error: unknown } | undefined;
  const next = async (): Promise<IteratorResult<TrainEvent, undefined>> => {
    try {
      const step = await events.next();
      if (!step.done) return step;
      result ??= { model: step.value };
      return { done: true, value: undefined };
    } catch (error) {
      failure = { error };
      throw error;
    }
  };
  return {
    [Symbol.asyncIterator]: () => ({ next }),
    async model() {
      while (!result && !failure) await next();
      if (failure) throw failure.error;
      return result!.model;
    },
  };
}
