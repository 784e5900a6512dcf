/**
 * Modality dropout (ModDrop: Neverova, Wolf, Taylor, Nebout, 2015): in training, each modality of each support and query
 * example is dropped with probability `rate`. An example keeps at least one modality: if all were dropped, one of them,
 * drawn uniformly, is kept.
 */

import { z } from "zod";
import { float32 } from "../base/array.js";
import type { Random } from "../base/random.js";
import type { LabelledBatch } from "../episode/index.js";
import { defineAuxiliary } from "./types.js";

const options = z.strictObject({
  /** Probability that an example's modality is dropped. */
  rate: z.number().min(0).max(1).default(0.3),
});

/** Drop each modality of each example with probability `rate`. */
function drop(batch: LabelledBatch, rate: number, random: Random): LabelledBatch {
  const names = Object.keys(batch.present);
  const present = Object.fromEntries(
    names.map((name) => [name, float32(batch.present[name].data, batch.present[name].shape)]),
  );
  for (let i = 0; i < batch.mask.shape[0]; i++) {
    const previous = names.filter((name) => present[name].data[i]);
    const drawn = previous.filter(() => random.uniform() >= rate);
    const kept =
      drawn.length > 0 || previous.length === 0 ? drawn : [previous[random.integer(previous.length)]];
    for (const name of previous) present[name].data[i] = Number(kept.includes(name));
  }
  return { ...batch, present };
}

export const dropout = defineAuxiliary({
  name: "dropout",
  summary: "drop modalities of examples at random in training",
  source: "Neverova, Wolf, Taylor, Nebout 2015",
  options,
  tasks: ["classification", "regression"],
  create: ({ rate }) => ({
    draw: (episode, random) => ({
      ...episode,
      support: drop(episode.support, rate, random),
      query: drop(episode.query, rate, random),
    }),
  }),
});
