/**
 * Unimodal losses (Wang, Tran, Feiszli, 2020): besides the multimodal loss, each modality has its own,
 * L = Σ_m L(p_m(x), y) over the queries that have m, so that a weak modality's encoder is trained as well as alone.
 *
 * With `rate` > 0, whole modalities of the support or the query are also dropped from an episode at random (modality
 * dropout: Neverova, Wolf, Taylor, Nebout, 2015): one modality that both sides have, drawn uniformly, is kept, and each
 * other modality of each side is dropped with probability `rate`. Nothing is dropped if the sides share no modality, and an
 * example that has none of the kept modalities is unchanged. Fusions that mix modalities need it; a product of experts
 * does not, since its experts are trained on single modalities.
 */

import { z } from "zod";
import { float32 } from "../base/array.js";
import type { Random } from "../base/random.js";
import { np } from "../engine/index.js";
import type { LabelledBatch } from "../episode/index.js";
import { defineAuxiliary } from "./types.js";

const options = z.strictObject({
  /** Probability that a modality is dropped from one side of an episode. */
  rate: z.number().min(0).max(1).default(0),
  /** Loss weight λ of the unimodal losses. */
  weight: z.number().min(0).default(1),
});

/** The modalities, in name order, that at least one example of the batch has. */
const modalitiesIn = ({ present }: LabelledBatch): string[] =>
  Object.keys(present)
    .filter((name) => present[name].data.some(Boolean))
    .sort();

/** Drop the modalities `dropped` from a batch, except in examples that have no other. */
function dropModalities(batch: LabelledBatch, dropped: readonly string[]): LabelledBatch {
  if (dropped.length === 0) return batch;
  const kept = Object.keys(batch.present).filter((name) => !dropped.includes(name));
  const hasKept = Array.from(batch.mask.data, (_, i) => kept.some((name) => batch.present[name].data[i]));
  const changed = dropped.map((name) => {
    const { data, shape } = batch.present[name];
    const present = Array.from(data, (isPresent, i) => (hasKept[i] ? 0 : isPresent));
    return [name, float32(present, shape)];
  });
  return { ...batch, present: { ...batch.present, ...Object.fromEntries(changed) } };
}

/** Draw the modalities that one side drops. The kept one is drawn for too, so that the other draws do not depend on it. */
function drawDropped(names: readonly string[], kept: string, rate: number, random: Random): string[] {
  return names.filter((name) => random.uniform() < rate && name !== kept);
}

export const unimodal = defineAuxiliary({
  name: "unimodal",
  summary: "a loss for each modality's prediction besides the multimodal loss",
  source: "Wang, Tran, Feiszli 2020; Neverova, Wolf, Taylor, Nebout 2015",
  options,
  tasks: ["classification", "regression"],
  create: ({ rate }) => ({
    draw(episode, random) {
      const [support, query] = [modalitiesIn(episode.support), modalitiesIn(episode.query)];
      const shared = query.filter((name) => support.includes(name));
      if (rate === 0 || shared.length === 0) return episode;
      const kept = shared[random.integer(shared.length)];
      return {
        ...episode,
        support: dropModalities(episode.support, drawDropped(support, kept, rate, random)),
        query: dropModalities(episode.query, drawDropped(query, kept, rate, random)),
      };
    },

    predictionLoss({ unimodal, labels }) {
      const predictions = Object.values(unimodal);
      const loss = predictions.map(({ lossTo }) => lossTo(labels)).reduce((a, b) => a.add(b));
      // Zero if the queries have one modality, whose own loss is the multimodal loss.
      const shown = predictions.map(({ mask }) => np.max(mask)).reduce((a, b) => a.add(b));
      return loss.mul(shown.greater(1).astype(np.float32));
    },
  }),
});
