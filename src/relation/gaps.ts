/**
 * Training for missing modalities. Whole modalities of the support or of the query are absent from an episode by chance
 * (modality dropout of whole sets: Neverova, Wolf, Taylor, Nebout, 2015): one modality that both sides show, drawn
 * uniformly, stays, and each other one of each side is absent with probability `rate`. An example that has none of the
 * modalities that stay keeps its own.
 *
 * Beside the loss of all modalities together, each modality has one of its own (Wang, Tran, Feiszli, 2020),
 * L = Σ_m L(p_m(x), y) over the queries that have it, so that a weak modality's encoder is trained as well as alone.
 */

import { z } from "zod";
import { float32 } from "../base/array.js";
import type { Random } from "../base/random.js";
import type { LabelledBatch } from "../data/index.js";
import type { RelationMethod } from "./types.js";

const options = z.strictObject({
  /** Probability that a modality is absent from one side of an episode. */
  rate: z.number().min(0).max(1).default(0.2),
  /** λ_r: the weight of the modalities' own losses. */
  weight: z.number().min(0).default(1),
});
export type GapsOptions = z.infer<typeof options>;

/** The modalities, in name order, that an example of the batch has. */
const shownBy = ({ present }: LabelledBatch): string[] =>
  Object.keys(present)
    .filter((name) => present[name].data.some(Boolean))
    .sort();

/** The batch without the modalities `absent`, except in examples that have no other. */
function hide(batch: LabelledBatch, absent: readonly string[]): LabelledBatch {
  if (absent.length === 0) return batch;
  const stays = Object.keys(batch.present).filter((name) => !absent.includes(name));
  const keeps = Array.from(batch.mask.data, (_, i) => stays.some((name) => batch.present[name].data[i]));
  const hidden = absent.map((name) => {
    const { data, shape } = batch.present[name];
    const present = Array.from(data, (has, i) => (keeps[i] ? 0 : has));
    return [name, float32(present, shape)];
  });
  return { ...batch, present: { ...batch.present, ...Object.fromEntries(hidden) } };
}

function drawAbsent(shown: readonly string[], staying: string, rate: number, random: Random): string[] {
  return shown.filter((name) => random.uniform() < rate && name !== staying);
}

export const gaps: RelationMethod = {
  name: "gaps",
  summary: "leave out whole modalities by chance, and train each by itself too",
  source: "Neverova, Wolf, Taylor, Nebout 2015; Wang, Tran, Feiszli 2020",
  options,
  tasks: ["classification", "regression"],
  create: ({ rate }: GapsOptions) => ({
    draw(episode, random) {
      const [support, query] = [shownBy(episode.support), shownBy(episode.query)];
      const shared = query.filter((name) => support.includes(name));
      if (rate === 0 || shared.length === 0) return episode;
      const staying = shared[random.integer(shared.length)];
      return {
        ...episode,
        support: hide(episode.support, drawAbsent(support, staying, rate, random)),
        query: hide(episode.query, drawAbsent(query, staying, rate, random)),
      };
    },

    answersLoss({ alone, labels }) {
      return Object.values(alone)
        .map(({ lossTo }) => lossTo(labels))
        .reduce((a, b) => a.add(b));
    },
  }),
};
