/**
 * The weights of the `untrained` row: those that training starts from. Running averages are measured on train examples
 * first, since their initial values of 0 and 1 would make an encoder with batch normalisation look worse than it is.
 */

import { leavesOf, type NDArray } from "../base/array.js";
import { type Dataset, hasAny } from "../data/index.js";
import { collate, loadTable } from "../episode/index.js";
import { type InferencePrograms, type Model, type Weights, weightedSum } from "../model/index.js";

/** Most train examples that averages are measured on, and examples per run. */
const MOST = 256;
const BATCH = 64;

/** The initial weights of a model; running averages are measured on the train rows of `data`, if it has any. */
export async function untrainedWeights(
  inference: InferencePrograms,
  { card }: Model,
  { rows: all }: Dataset,
  signal?: AbortSignal,
): Promise<Weights> {
  const { definition } = inference;
  const initial = definition.init(card.recipe.seed);
  if (definition.normalisation !== "running" || leavesOf<NDArray>(initial.state).length === 0) return initial;
  const units = new Set<string | undefined>(card.classes.train);
  const held = new Set(card.held && [...card.held.val, ...card.held.test]);
  const isTrain = card.recipe.closed
    ? (split: string | undefined) => split === undefined || split === "train"
    : () => true;
  const trainRows = all.filter(
    (row) =>
      (units.has(row.label) || units.has(row.group)) &&
      isTrain(row.split) &&
      !held.has(row.id) &&
      hasAny(row, definition.modalities),
  );
  if (trainRows.length === 0) return initial;
  const count = Math.min(MOST, trainRows.length);
  const rows = Array.from({ length: count }, (_, i) => trainRows[Math.floor((i * trainRows.length) / count)]);
  const { threads } = inference.engine;
  const table = await loadTable(rows, definition.specs, { signal, threads });
  const starts = Array.from({ length: Math.ceil(count / BATCH) }, (_, i) => i * BATCH);
  const sizes = starts.map((start) => Math.min(BATCH, count - start));
  const measured = await Promise.all(
    starts.map((start, b) => {
      const batch = Array.from({ length: sizes[b] }, (_, i) => start + i);
      return inference.measureStatistics(initial, collate(table, batch, definition.modalities, BATCH), {
        signal,
      });
    }),
  );
  return {
    params: initial.params,
    state: weightedSum(
      measured,
      sizes.map((size) => size / count),
    ),
  };
}
