/** A training workload: whole steps of `metaTrain`, taken one at a time from its events. */

import { type MetaTrainOptions, metaTrain } from "../../../src/index.js";
import type { Unit } from "../timing.js";

/** Steps that no measurement reaches, so that no validation and no end falls into it. */
const ENDLESS = 10_000_000;

/** Start training; `next` waits for the next step. */
export function trainingUnit({ train, ...options }: MetaTrainOptions): Unit {
  const controller = new AbortController();
  const run = metaTrain({
    ...options,
    train: { ...train, steps: ENDLESS, evalEvery: ENDLESS },
    signal: controller.signal,
  });
  const events = run[Symbol.asyncIterator]();
  let waited = 0;
  return {
    waited: () => waited,
    async next() {
      for (;;) {
        const { value, done } = await events.next();
        if (done) throw new Error("training ended before the measurement");
        if (value.type !== "step") continue;
        waited += value.secondsWaited;
        return;
      }
    },
    async stop() {
      controller.abort();
      await events.next().catch(() => {});
    },
  };
}
