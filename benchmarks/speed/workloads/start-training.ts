/** Starts meta-training and runs it step by step. */

import { type MetaTrainOptions, metaTrain } from "../../../src/index.js";
import type { RunningWorkload } from "../timing.js";

/** More steps than any measurement takes, so that it contains no validation. */
const ENDLESS = 10_000_000;

/** Start training; a unit is one training step. */
export function startTraining({ train, ...options }: MetaTrainOptions): RunningWorkload {
  const controller = new AbortController();
  const run = metaTrain({
    ...options,
    train: { ...train, steps: ENDLESS, evalEvery: ENDLESS },
    signal: controller.signal,
  });
  const events = run[Symbol.asyncIterator]();
  let secondsWaited = 0;
  return {
    secondsWaited: () => secondsWaited,
    async runUnit() {
      for (;;) {
        const { value, done } = await events.next();
        if (done) throw new Error("training ended before the measurement");
        if (value.type !== "step") continue;
        secondsWaited += value.secondsWaited;
        return;
      }
    },
    async stop() {
      controller.abort();
      await events.next().catch(() => {});
    },
  };
}
