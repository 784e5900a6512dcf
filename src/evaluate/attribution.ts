/**
 * What each modality adds to a model (Shapley, 1953; of learned models: Lundberg, Lee, 2017):
 * φ_m = Σ_{S ∌ m} |S|! (M − |S| − 1)! / M! · (v(S ∪ {m}) − v(S)), v(S) how well the model does where support and query
 * are given the modalities S, and v(∅) what chance gives. Exact, over all 2^M subsets: Σ_m φ_m = v(all) − v(∅).
 */

import { InputError } from "../base/errors.js";
import type { View } from "../episode/index.js";
import { withholds } from "../model/index.js";
import { meanWithInterval } from "./statistics.js";

/** What a modality adds: accuracy, or how much lower it makes the mean squared error. */
export interface Attribution {
  readonly modality: string;
  readonly value: number;
  /** Half-width of the 95 % interval of the value, which is taken in each episode, over the episodes. */
  readonly halfWidth: number;
}

/** The most modalities whose subsets are all scored. */
const MOST_MODALITIES = 6;

/**
 * Throws an `InputError` where there are too many subsets of the modalities to score, and where support and query do not
 * show all of them and nothing else, so that subsets are not given to both.
 */
export function checkAttributable(modalities: readonly string[], view: View): void {
  if (withholds(view, modalities) || view.labelShots) throw notOfBoth(view);
  if (modalities.length <= MOST_MODALITIES) return;
  const subsets = (count: number) => (2 ** count).toLocaleString("en-US");
  throw new InputError({
    code: "evaluate/too-many-subsets",
    where: "option attribute",
    problem: `the model's ${modalities.length} modalities have ${subsets(modalities.length)} subsets, each of which would be scored`,
    expected: `at most ${MOST_MODALITIES} modalities, which have ${subsets(MOST_MODALITIES)}`,
    remedy: "Leave it out, or train a model on fewer modalities.",
  });
}

const notOfBoth = ({ support, query, labelShots = 0 }: View) =>
  new InputError({
    code: "evaluate/attribute-view",
    where: "option attribute",
    problem: `support shows ${support.join("+")}, query ${query.join("+")}, with ${labelShots} label shots a class`,
    expected: "all modalities in both and no label shots, since it gives each subset to both",
    remedy: "Leave it out, or show all.",
  });

/**
 * The Shapley value of each of `players`. `worth` has that of every subset, at the index whose bit i is set where
 * player i is in it.
 */
export function shapleyValues(worth: readonly number[], players: number): number[] {
  const shares = [1 / players];
  for (let size = 1; size < players; size++) shares.push((shares[size - 1] * size) / (players - size));
  return Array.from({ length: players }, (_, player) => {
    const own = 1 << player;
    return worth.reduce(
      (sum, without, subset) =>
        subset & own ? sum : sum + shares[sizeOf(subset)] * (worth[subset | own] - without),
      0,
    );
  });
}

function sizeOf(subset: number): number {
  let size = 0;
  for (let rest = subset; rest > 0; rest &= rest - 1) size++;
  return size;
}

/** What each modality adds, from the worth of any modalities `given` to the model in each episode. */
export async function attributionOf(
  modalities: readonly string[],
  worthOf: (given: readonly string[]) => Promise<readonly number[]>,
): Promise<Attribution[]> {
  const worths: (readonly number[])[] = [];
  for (let subset = 0; subset < 2 ** modalities.length; subset++)
    worths.push(await worthOf(modalities.filter((_, i) => subset & (1 << i))));
  const byEpisode = worths[0].map((_, episode) =>
    shapleyValues(
      worths.map((worth) => worth[episode]),
      modalities.length,
    ),
  );
  return modalities.map((modality, i) => {
    const { mean, halfWidth } = meanWithInterval(byEpisode.map((values) => values[i]));
    return { modality, value: mean, halfWidth };
  });
}
