/** A rival of the model on the same episodes: a row of `besides`, paired with the model's first row. */

import type { Episode, Table } from "../../src/episode/index.js";
import {
  drawEvaluation,
  meanDifferenceWithInterval,
  meanShareWithInterval,
  scoreEpisodes,
} from "../../src/evaluate/index.js";
import type { Dataset, EvaluateOptions, Model } from "../../src/index.js";
import type { OtherRow } from "./types.js";

/** The classes that the queries of an episode are taken for, by number. */
export type Rival = (table: Table, episode: Episode) => number[];

/** The row of a rival that is called `name`. */
export function against(name: string, rival: Rival) {
  return async (model: Model, options: EvaluateOptions & { data: Dataset }): Promise<OtherRow[]> => {
    const { table, episodes } = await drawEvaluation(model, options);
    const view = { support: model.modalities, query: model.modalities };
    const first = await scoreEpisodes(model.inference, model.weights, table, episodes, view);
    const own = episodes.map((episode) => accuracyOf(episode, rival(table, episode)));
    const { mean: accuracy, halfWidth } = meanShareWithInterval(own);
    const behind = meanDifferenceWithInterval(first.map(({ score }, i) => score - own[i]));
    return [
      { name, accuracy, halfWidth, behindFirst: { difference: behind.mean, halfWidth: behind.halfWidth } },
    ];
  };
}

/** The share of right answers, averaged over the classes asked of. */
function accuracyOf({ classes, query }: Episode, answers: readonly number[]): number {
  const shares = classes.flatMap((_, k) => {
    const own = query.flatMap(({ label }, i) => (label === k ? [Number(answers[i] === k)] : []));
    return own.length > 0 ? [own.reduce((sum, x) => sum + x) / own.length] : [];
  });
  return shares.reduce((sum, x) => sum + x) / shares.length;
}

/** Where the largest of `values` is. */
export const largestOf = (values: readonly number[]): number => values.indexOf(Math.max(...values));
