/**
 * Initial weights of training. A head with a closed-form solution is solved on the train split, embedded by the initial
 * encoders after their running averages were measured in steps with a learning rate of 0.
 */

import { allFinite, copyTree, float32, leavesOf, type NDArray } from "../base/array.js";
import { unitOf } from "../data/index.js";
import { collate } from "../episode/index.js";
import { type ModelDefinition, notFinite, type Recipe, type Weights } from "../model/index.js";
import type { Model } from "../model/model.js";
import type { TrainingData } from "./data.js";
import { drawer, drawNow } from "./draw.js";
import { startFrom } from "./from.js";
import type { Plan } from "./plan.js";
import type { TrainingPrograms } from "./programs.js";
import { stepperFor } from "./step.js";
import { startingState } from "./update.js";
import { whitenedStart } from "./whitened-start.js";

/** The weights that training starts from, before a head is solved: initial ones, or those of the model `from`. */
export function initialWeights(
  definition: ModelDefinition,
  { table }: Pick<TrainingData, "table">,
  from: Model | undefined,
): Weights {
  const { recipe } = definition;
  const initial = definition.init(recipe.seed);
  return from ? startFrom(initial, from, recipe) : whitenedStart(initial, table);
}

/** @throws {InputError} `train/not-finite`, if initial weights are not finite; it names an extreme input if there is one */
export function checkStart(start: Weights, { table }: Pick<TrainingData, "table">, recipe: Recipe): void {
  if (leavesOf<NDArray>(start).every(([, { data }]) => allFinite(data))) return;
  const rows = table.rows.keys();
  throw notFinite(table, { code: "train/not-finite", what: "an initial weight", rows }, recipe);
}

/** Steps after which running averages are independent of their initial values. */
const SETTLING = 30;
/** Examples embedded in one run. */
const BATCH = 64;

/** `initial` with the head solved on the train split; unchanged if there is nothing to solve, or if embeddings depend on the episode. */
export async function solvedStart(
  initial: Weights,
  programs: TrainingPrograms,
  data: TrainingData,
  plan: Plan,
  { train }: Recipe,
  signal: AbortSignal | undefined,
): Promise<Weights> {
  const { definition, inference } = programs;
  const { head } = definition.learner;
  if (!head?.solve || !definition.embedsOnce) return initial;
  const [draw, take] = [drawer(data, definition, plan), stepperFor(programs, plan, train)];
  let settling = startingState(initial, train.optimizer);
  for (let step = 0; step < SETTLING; step++) {
    signal?.throwIfAborted();
    settling = (await take(settling, drawNow(draw(step)), 0, signal).stepped).state;
  }
  const settled = { params: initial.params, state: copyTree(settling.state) };
  const { table } = data;
  const width = definition.fusedWidth;
  const features = float32(new Float32Array(table.rows.length * width), [table.rows.length, width]);
  for (let start = 0; start < table.rows.length; start += BATCH) {
    const rows = Array.from({ length: Math.min(BATCH, table.rows.length - start) }, (_, i) => start + i);
    const batch = collate(table, rows, definition.modalities, BATCH);
    const { data: embedded } = await inference.embed(settled, batch, { signal });
    features.data.set(embedded.subarray(0, rows.length * width), start * width);
  }
  const labels = table.rows.map((row) => `${unitOf(row)} ${row.label}`);
  const { params } = initial;
  return { ...settled, params: { ...params, learner: head.solve(params.learner, features, labels) } };
}
