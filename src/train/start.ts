/**
 * Where training begins: a head that has a closed form on the train split is given it. The split is embedded by the initial
 * encoders, after their running averages were measured in steps at a rate of 0.
 */

import { type Arrays, copyTree, float32 } from "../base/array.js";
import { unitOf } from "../data/index.js";
import { collate } from "../episode/index.js";
import type { Recipe, Runtime, Weights } from "../model/index.js";
import type { TrainingData } from "./data.js";
import { drawer, drawNow } from "./draw.js";
import type { Plan } from "./plan.js";
import { stepperFor } from "./step.js";
import { startingState } from "./update.js";

/** Steps until running averages have forgotten what they began with. */
const SETTLING = 30;
/** Examples embedded in one run. */
const BATCH = 64;

/** `initial` with the head solved on the train split; as it is, where there is nothing to solve or examples are not embedded alone. */
export async function solvedStart(
  initial: Weights,
  runtime: Runtime,
  data: TrainingData,
  plan: Plan,
  { train }: Recipe,
  signal: AbortSignal | undefined,
): Promise<Weights> {
  const { head } = runtime.learner;
  if (!head?.solve || !runtime.embedsOnce) return initial;
  const [draw, take] = [drawer(data, runtime, plan), stepperFor(runtime, plan, train)];
  let settling = startingState(initial, train.optimizer);
  for (let step = 0; step < SETTLING; step++) {
    signal?.throwIfAborted();
    settling = (await take(settling, drawNow(draw(step)), 0, signal).stepped).state;
  }
  const settled = { params: initial.params, state: copyTree(settling.state) };
  const { table } = data;
  const width = runtime.fusedWidth;
  const features = float32(new Float32Array(table.rows.length * width), [table.rows.length, width]);
  for (let start = 0; start < table.rows.length; start += BATCH) {
    const rows = Array.from({ length: Math.min(BATCH, table.rows.length - start) }, (_, i) => start + i);
    const batch = collate(table, rows, runtime.modalities, BATCH);
    const { data: embedded } = await runtime.embed(settled, batch, { signal });
    features.data.set(embedded.subarray(0, rows.length * width), start * width);
  }
  const labels = table.rows.map((row) => `${unitOf(row)} ${row.label}`);
  const own = initial.params as { readonly learner: Arrays };
  return { ...settled, params: { ...own, learner: head.solve(own.learner, features, labels) } };
}
