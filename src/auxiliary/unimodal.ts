/**
 * Unimodal losses (Wang, Tran, Feiszli, 2020): beside the loss of all modalities together, each has one of its own,
 * L = Σ_m L(p_m(x), y) over the queries that have it, so that a weak modality's encoder is trained as well as alone.
 *
 * With `rate` > 0, whole modalities of the support or of the query are also absent from an episode by chance (modality
 * dropout: Neverova, Wolf, Taylor, Nebout, 2015): one modality that both sides show, drawn uniformly, stays, and each
 * other one of each side is absent with probability `rate`; nothing is absent where the sides share no modality. An example
 * that has none of the modalities that stay keeps its own. Fusions that mix modalities need it; a product of experts does not, whose experts are trained by what they see alone.
 */

import { z } from "zod";
import { float32 } from "../base/array.js";
import type { Random } from "../base/random.js";
import { np } from "../engine/index.js";
import type { LabelledBatch } from "../episode/index.js";
import { defineAuxiliary } from "./types.js";

const options = z.strictObject({
  /** Probability that a modality is absent from one side of an episode. */
  rate: z.number().min(0).max(1).default(0),
  /** λ_r: the weight of the modalities' own losses. */
  weight: z.number().min(0).default(1),
});
export type UnimodalOptions = z.infer<typeof options>;

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

/** The modalities that one side lacks. A number is drawn for the one that stays too, so that draws do not depend on it. */
function drawAbsent(shown: readonly string[], staying: string, rate: number, random: Random): string[] {
  return shown.filter((name) => random.uniform() < rate && name !== staying);
}

export const unimodal = defineAuxiliary({
  name: "unimodal",
  summary: "each modality's own loss, beside that of all together",
  source: "Wang, Tran, Feiszli 2020; Neverova, Wolf, Taylor, Nebout 2015",
  options,
  tasks: ["classification", "regression"],
  create: ({ rate }: UnimodalOptions) => ({
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
      const each = Object.values(alone);
      const loss = each.map(({ lossTo }) => lossTo(labels)).reduce((a, b) => a.add(b));
      // Zero where one modality is shown, whose own loss is that of all together.
      const shown = each.map(({ counts }) => np.max(counts)).reduce((a, b) => a.add(b));
      return loss.mul(shown.greater(1).astype(np.float32));
    },
  }),
});
