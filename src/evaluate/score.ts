/**
 * Score a runtime on drawn episodes. Where examples are embedded alone, each is embedded once and the episodes
 * only fit heads; otherwise each episode adapts and predicts as one program. Both give the same answers.
 */

import { float32, type NDArray } from "../base/array.js";
import {
  collate,
  collateEpisode,
  collateSupport,
  type Episode,
  type EpisodeItem,
  type ExampleBatch,
  episodeUnit,
  type Table,
  targetFrom,
  type View,
  withLabelShots,
} from "../episode/index.js";
import { type InferencePrograms, type ModelDefinition, notFinite, type Weights } from "../model/index.js";

export interface ScoreOptions {
  signal?: AbortSignal;
  /** Whether predictions may be infinite or NaN, as those of weights that are not trained. */
  mayDiverge?: boolean;
  /** Called after each episode with the number done. */
  onProgress?: (done: number) => void;
}

/** Refuse predictions that are not finite: scores of them say nothing. */
function checkFinite(
  { recipe }: ModelDefinition,
  table: Table,
  { classes, support, query }: Episode,
  index: number,
  { data, shape }: NDArray,
): void {
  for (const [i, { row }] of query.entries()) {
    const outputs = data.subarray(i * shape[1], i * shape[1] + classes.length);
    if (outputs.every(Number.isFinite)) continue;
    const rows = [row, ...support.map((item) => item.row)];
    const what = `the prediction of ${table.rows[row].where} in episode ${index + 1}`;
    throw notFinite(table, { code: "evaluate/not-finite", what, rows }, recipe);
  }
}

/** How one episode went. */
export interface EpisodeResult {
  /** The share of right answers, averaged over the classes; of numbers, the mean squared error. */
  readonly score: number;
  /** Of numbers, the mean absolute error. */
  readonly mae?: number;
}

/** Examples embedded in one run. */
const EMBED_BATCH = 64;

interface Capacity {
  way: number;
  support: number;
  query: number;
}

/** Score every episode, in order. */
export async function scoreEpisodes(
  inference: InferencePrograms,
  weights: Weights,
  table: Table,
  episodes: readonly Episode[],
  view: View,
  options: ScoreOptions = {},
): Promise<EpisodeResult[]> {
  const read = inference.definition.recipe.task === "regression" ? readNumbers : readClasses;
  const outputs = await answerEpisodes(inference, weights, table, episodes, view, options);
  if (!options.mayDiverge)
    for (const [i, episode] of episodes.entries())
      checkFinite(inference.definition, table, episode, i, outputs[i]);
  return episodes.map((episode, i) => read(episode, outputs[i], table));
}

/**
 * What the queries of every episode are answered: logits [query, way], or numbers [query, 1], padded. The view's label
 * shots are added here.
 */
export async function answerEpisodes(
  inference: InferencePrograms,
  weights: Weights,
  table: Table,
  drawn: readonly Episode[],
  view: View,
  options: ScoreOptions = {},
): Promise<NDArray[]> {
  const episodes = drawn.map((episode) => withLabelShots(episode, view.labelShots));
  const capacity: Capacity = {
    way: largest(episodes, ({ classes }) => classes.length),
    support: largest(episodes, ({ support }) => support.length),
    query: largest(episodes, ({ query }) => query.length),
  };
  const answersTo = inference.definition.embedsOnce
    ? await embeddedOnce(inference, weights, table, episodes, view, capacity, options)
    : (episode: Episode) =>
        inference.episode(weights, collateEpisode(table, episode, { ...view, capacity }), options);
  let done = 0;
  return concurrently(episodes, 2 * inference.engine.threads, async (episode) => {
    const outputs = await answersTo(episode);
    options.onProgress?.(++done);
    return outputs;
  });
}

const largest = (episodes: readonly Episode[], size: (episode: Episode) => number) =>
  episodes.reduce((most, episode) => Math.max(most, size(episode)), 0);

/** Embed each row that any episode uses, and predict episodes from the embeddings. */
async function embeddedOnce(
  inference: InferencePrograms,
  weights: Weights,
  table: Table,
  episodes: readonly Episode[],
  view: View,
  capacity: Capacity,
  { signal }: ScoreOptions,
): Promise<(episode: Episode) => Promise<NDArray>> {
  const width = inference.definition.fusedWidth;
  const embedded = async (
    items: (episode: Episode) => EpisodeItem[],
    gather: (some: readonly EpisodeItem[]) => ExampleBatch,
  ) => {
    const byKey = new Map(episodes.flatMap(items).map((item) => [keyOf(item), item]));
    const unique = [...byKey].sort(([a], [b]) => a - b).map(([, item]) => item);
    const starts = Array.from({ length: Math.ceil(unique.length / EMBED_BATCH) }, (_, i) => i * EMBED_BATCH);
    const features = new Map<number, Float32Array>();
    await concurrently(starts, 2 * inference.engine.threads, async (start) => {
      const some = unique.slice(start, start + EMBED_BATCH);
      const { data } = await inference.embed(weights, gather(some), { signal });
      for (const [i, item] of some.entries())
        features.set(keyOf(item), (data as Float32Array).subarray(i * width, (i + 1) * width));
    });
    return features;
  };
  const support = await embedded(
    (episode) => episode.support,
    (some) => collateSupport(table, some, view, EMBED_BATCH),
  );
  const rowsOf = (items: readonly EpisodeItem[]) => items.map(({ row }) => row);
  const query = await embedded(
    (episode) => episode.query,
    (some) => collate(table, rowsOf(some), view.query, EMBED_BATCH),
  );
  const gather = (from: Map<number, Float32Array>, items: readonly EpisodeItem[], size: number) => {
    const features = float32(new Float32Array(size * width), [size, width]);
    for (const [i, item] of items.entries()) features.data.set(from.get(keyOf(item))!, i * width);
    return features;
  };
  const says = ({ row, byName }: EpisodeItem) =>
    byName ? table.labelText!.present[row] : view.support.some((name) => table.columns[name].present[row]);
  return (episode) => {
    const collated = collateEpisode(table, episode, { support: [], query: [], capacity });
    const { labels, mask: counts } = collated.support;
    for (const [i, item] of episode.support.entries())
      if (!says(item)) for (const array of [labels, counts]) emptyRow(array, i);
    return inference.headEpisode(
      weights,
      gather(support, episode.support, capacity.support),
      { labels, counts, ways: collated.ways },
      gather(query, episode.query, capacity.query),
      { signal },
    );
  };
}

/** A number of its own for each example: a row, or what its label says. */
const keyOf = ({ row, byName }: EpisodeItem) => 2 * row + (byName ? 1 : 0);

/** An example without any modality teaches nothing: its row becomes that of padding. */
function emptyRow({ data, shape: [, size = 1] }: NDArray, row: number): void {
  data.fill(0, row * size, (row + 1) * size);
}

/** Compare logits with labels; ties go to the first class, as in prediction. */
function readClasses({ classes, query }: Episode, { data, shape }: NDArray): EpisodeResult {
  const way = shape[1];
  const hits = classes.map(() => ({ right: 0, all: 0 }));
  for (const [i, { label }] of query.entries()) {
    const logits = data.subarray(i * way, i * way + classes.length);
    hits[label].all++;
    if (logits.indexOf(Math.max(...logits)) === label) hits[label].right++;
  }
  const shares = hits.filter(({ all }) => all > 0).map(({ right, all }) => right / all);
  return { score: shares.reduce((a, b) => a + b, 0) / shares.length };
}

/** The errors of predicted numbers, in the labels' units. */
function readNumbers(episode: Episode, { data }: NDArray, table: Table): EpisodeResult {
  const unit = episodeUnit(table, episode);
  return errorsOf(episode.query.map(({ row }, i) => targetFrom(data[i], unit) - table.rows[row].target!));
}

/** How an episode went whose answers were away from the right numbers by `errors`. */
export function errorsOf(errors: readonly number[]): EpisodeResult {
  const mean = (size: (error: number) => number) =>
    errors.reduce((sum, error) => sum + size(error), 0) / errors.length;
  return { score: mean((error) => error ** 2), mae: mean(Math.abs) };
}

/** Map with at most `limit` calls under way; results in order. */
export async function concurrently<In, Out>(
  items: readonly In[],
  limit: number,
  fn: (item: In) => Promise<Out>,
): Promise<Out[]> {
  const results: Out[] = new Array(items.length);
  let next = 0;
  const work = async () => {
    while (next < items.length) {
      const i = next++;
      results[i] = await fn(items[i]);
    }
  };
  try {
    await Promise.all(Array.from({ length: Math.min(limit, items.length) }, work));
  } finally {
    next = items.length; // stops the others after a failure
  }
  return results;
}
