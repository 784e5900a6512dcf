/**
 * Predicts the queries of drawn episodes. If a model embeds examples independently of the episode, each example is
 * embedded once and the episodes only fit heads; otherwise each episode adapts and predicts in one program. Both give the
 * same outputs up to rounding.
 */

import { float32, type NDArray } from "../base/array.js";
import { concurrently } from "../base/concurrently.js";
import {
  collate,
  collateEpisode,
  collateSupport,
  type Episode,
  type EpisodeItem,
  type ExampleBatch,
  type Table,
  type View,
  withLabelShots,
} from "../episode/index.js";
import type { InferencePrograms, Weights } from "../model/index.js";

export interface PredictOptions {
  signal?: AbortSignal;
  /** Called after each episode with the number done. */
  onProgress?: (done: number) => void;
}

/** Examples embedded in one run. */
const EMBED_BATCH = 64;

interface Capacity {
  way: number;
  support: number;
  query: number;
}

/**
 * The padded outputs of every episode: logits [query, way], or regression values [query, 1]. Label shots of the view are
 * added to the episodes first.
 */
export async function predictEpisodes(
  inference: InferencePrograms,
  weights: Weights,
  table: Table,
  drawn: readonly Episode[],
  view: View,
  options: PredictOptions = {},
): Promise<NDArray[]> {
  const episodes = drawn.map((episode) => withLabelShots(episode, view.labelShots));
  const capacity: Capacity = {
    way: largest(episodes, ({ classes }) => classes.length),
    support: largest(episodes, ({ support }) => support.length),
    query: largest(episodes, ({ query }) => query.length),
  };
  const predict = inference.definition.embedsOnce
    ? await fromEmbeddings(inference, weights, table, episodes, view, capacity, options)
    : (episode: Episode) =>
        inference.episode(weights, collateEpisode(table, episode, { ...view, capacity }), options);
  let done = 0;
  return concurrently(episodes, 2 * inference.engine.threads, async (episode) => {
    const outputs = await predict(episode);
    options.onProgress?.(++done);
    return outputs;
  });
}

const largest = (episodes: readonly Episode[], size: (episode: Episode) => number) =>
  episodes.reduce((most, episode) => Math.max(most, size(episode)), 0);

/** Embed each example that any episode uses, and return a function that predicts an episode from the embeddings. */
async function fromEmbeddings(
  inference: InferencePrograms,
  weights: Weights,
  table: Table,
  episodes: readonly Episode[],
  view: View,
  capacity: Capacity,
  { signal }: PredictOptions,
): Promise<(episode: Episode) => Promise<NDArray>> {
  const width = inference.definition.fusedWidth;
  const embed = (items: (episode: Episode) => EpisodeItem[], collateItems: Collate) =>
    embedUnique(inference, weights, episodes.flatMap(items), collateItems, signal);
  const support = await embed(
    (episode) => episode.support,
    (items) => collateSupport(table, items, view, EMBED_BATCH),
  );
  const query = await embed(
    (episode) => episode.query,
    (items) =>
      collate(
        table,
        items.map(({ row }) => row),
        view.query,
        EMBED_BATCH,
      ),
  );
  const gather = (from: Embeddings, items: readonly EpisodeItem[], size: number) => {
    const features = float32(new Float32Array(size * width), [size, width]);
    for (const [i, item] of items.entries()) features.data.set(from.get(keyOf(item))!, i * width);
    return features;
  };
  const hasModality = ({ row, byName }: EpisodeItem) =>
    byName ? table.labelText!.present[row] : view.support.some((name) => table.columns[name].present[row]);
  return (episode) => {
    const collated = collateEpisode(table, episode, { support: [], query: [], capacity });
    const { labels, mask } = collated.support;
    for (const [i, item] of episode.support.entries())
      if (!hasModality(item)) for (const array of [labels, mask]) clearRow(array, i);
    return inference.headEpisode(
      weights,
      gather(support, episode.support, capacity.support),
      { labels, mask, classMask: collated.ways },
      gather(query, episode.query, capacity.query),
      { signal },
    );
  };
}

type Collate = (items: readonly EpisodeItem[]) => ExampleBatch;
/** Embeddings [fused width] by {@link keyOf}. */
type Embeddings = ReadonlyMap<number, Float32Array>;

async function embedUnique(
  inference: InferencePrograms,
  weights: Weights,
  items: readonly EpisodeItem[],
  collateItems: Collate,
  signal: AbortSignal | undefined,
): Promise<Embeddings> {
  const width = inference.definition.fusedWidth;
  const byKey = new Map(items.map((item) => [keyOf(item), item]));
  const unique = [...byKey].sort(([a], [b]) => a - b).map(([, item]) => item);
  const starts = Array.from({ length: Math.ceil(unique.length / EMBED_BATCH) }, (_, i) => i * EMBED_BATCH);
  const embeddings = new Map<number, Float32Array>();
  await concurrently(starts, 2 * inference.engine.threads, async (start) => {
    const batch = unique.slice(start, start + EMBED_BATCH);
    const { data } = await inference.embed(weights, collateItems(batch), { signal });
    for (const [i, item] of batch.entries())
      embeddings.set(keyOf(item), (data as Float32Array).subarray(i * width, (i + 1) * width));
  });
  return embeddings;
}

/** A unique number for each example: a row, or its label's text. */
const keyOf = ({ row, byName }: EpisodeItem) => 2 * row + (byName ? 1 : 0);

/** Turn a row into padding: a support example without any modality has no influence. */
function clearRow({ data, shape: [, size = 1] }: NDArray, row: number): void {
  data.fill(0, row * size, (row + 1) * size);
}
