/** Scores a model of closed (supervised) training on examples of its train classes, without a support. */

import { concurrently } from "../base/concurrently.js";
import { collate, type Table } from "../episode/index.js";
import { type InferencePrograms, notFinite, type Weights, waysOf } from "../model/index.js";
import type { EpisodeResult, ScoreOptions } from "./score.js";

/** Examples predicted in one run. */
const BATCH = 64;

interface KnownOptions extends ScoreOptions {
  /** The classes to choose from; default all. */
  among?: readonly string[];
}

/**
 * Score each row of `table`, given its `modalities`: 1 if the prediction is correct, else 0. `classes` are the model's
 * train classes, in the order of its head.
 */
export async function scoreKnown(
  inference: InferencePrograms,
  weights: Weights,
  table: Table,
  classes: readonly string[],
  modalities: readonly string[],
  { signal, onProgress, among = classes }: KnownOptions = {},
): Promise<EpisodeResult[]> {
  const ways = waysOf(classes, among);
  const known = await inference.known(weights, ways, { signal });
  const columns = [...classes.keys()].filter((k) => ways.data[k]);
  const capacity = Math.min(BATCH, table.rows.length);
  const starts = Array.from({ length: Math.ceil(table.rows.length / BATCH) }, (_, i) => i * BATCH);
  let done = 0;
  const batches = await concurrently(starts, 2 * inference.engine.threads, async (start) => {
    const rows = Array.from({ length: Math.min(BATCH, table.rows.length - start) }, (_, i) => start + i);
    const query = collate(table, rows, modalities, capacity);
    const { outputs } = await inference.predict(weights, known, query, { signal });
    done += rows.length;
    onProgress?.(done);
    return rows.map((row, i): EpisodeResult => {
      const logit = (k: number) => outputs.data[i * ways.shape[0] + k];
      if (!columns.every((k) => Number.isFinite(logit(k))))
        throw notFinite(
          table,
          {
            code: "evaluate/not-finite",
            what: `the prediction of ${table.rows[row].where}`,
            rows: [row],
          },
          inference.definition.recipe,
        );
      const best = columns.reduce((top, k) => (logit(k) > logit(top) ? k : top));
      return { score: Number(classes[best] === table.rows[row].label) };
    });
  });
  return batches.flat();
}
