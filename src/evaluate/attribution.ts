/**
 * Attribution of a model's score to its modalities by Shapley values (Shapley, 1953; Lundberg, Lee, 2017):
 * φ_m = Σ_{S ∌ m} |S|! (M − |S| − 1)! / M! · (v(S ∪ {m}) − v(S)), where v(S) is the score with the modalities S in support
 * and query, and v(∅) that of chance. Exact, over all 2^M subsets: Σ_m φ_m = v(all) − v(∅).
 */

import { InputError } from "../base/errors.js";
import type { View } from "../episode/index.js";
import { withholds } from "../model/index.js";
import { meanWithInterval } from "./statistics.js";

/** The Shapley value of a modality: accuracy added, or mean squared error removed. */
export interface Attribution {
  readonly modality: string;
  readonly value: number;
  /** Half-width of the 95 % interval over episodes. */
  readonly halfWidth: number;
}

/** Largest number of modalities; every subset of them is scored. */
const MAX_MODALITIES = 6;

/** Throw an `InputError` if there are too many subsets to score, or if a view withholds modalities or has label shots. */
export function checkAttributable(modalities: readonly string[], view: View): void {
  if (withholds(view, modalities) || view.labelShots) throw restrictedView(view);
  if (modalities.length <= MAX_MODALITIES) return;
  const subsets = (count: number) => (2 ** count).toLocaleString("en-US");
  throw new InputError({
    code: "evaluate/too-many-subsets",
    where: "option attribute",
    problem: `the model's ${modalities.length} modalities have ${subsets(modalities.length)} subsets, each of which would be scored`,
    expected: `at most ${MAX_MODALITIES} modalities, which have ${subsets(MAX_MODALITIES)}`,
    remedy: "Leave it out, or train a model on fewer modalities.",
  });
}

const restrictedView = ({ support, query, labelShots = 0 }: View) =>
  new InputError({
    code: "evaluate/attribute-view",
    where: "option attribute",
    problem: `support shows ${support.join("+")}, query ${query.join("+")}, with ${labelShots} label shots per class`,
    expected: "all modalities in both and no label shots, since each subset is given to both",
    remedy: "Leave it out, or use all modalities.",
  });

/** The Shapley value of each player; `values[S]` is the value of the subset whose members are the bits set in S. */
export function shapleyValues(values: readonly number[], players: number): number[] {
  const shares = [1 / players];
  for (let size = 1; size < players; size++) shares.push((shares[size - 1] * size) / (players - size));
  return Array.from({ length: players }, (_, player) => {
    const bit = 1 << player;
    return values.reduce(
      (sum, without, subset) =>
        subset & bit ? sum : sum + shares[sizeOf(subset)] * (values[subset | bit] - without),
      0,
    );
  });
}

function sizeOf(subset: number): number {
  let size = 0;
  for (let rest = subset; rest > 0; rest &= rest - 1) size++;
  return size;
}

/** The attribution to each modality, from the value of subsets of modalities in each episode. */
export async function attributionOf(
  modalities: readonly string[],
  valueOfSubset: (subset: readonly string[]) => Promise<readonly number[]>,
): Promise<Attribution[]> {
  const values: (readonly number[])[] = [];
  for (let subset = 0; subset < 2 ** modalities.length; subset++)
    values.push(await valueOfSubset(modalities.filter((_, i) => subset & (1 << i))));
  const byEpisode = values[0].map((_, episode) =>
    shapleyValues(
      values.map((ofSubset) => ofSubset[episode]),
      modalities.length,
    ),
  );
  return modalities.map((modality, i) => {
    const { mean, halfWidth } = meanWithInterval(byEpisode.map((shares) => shares[i]));
    return { modality, value: mean, halfWidth };
  });
}
