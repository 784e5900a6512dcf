/**
 * Modality dropout (ModDrop: Neverova, Wolf, Taylor, Nebout, 2015): while training, each modality of each example of
 * support and query is absent with probability `rate`, so that the model learns to do without any. An example keeps at
 * least one: where all would go, one of them, drawn by chance, stays.
 */

import { z } from "zod";
import { float32 } from "../base/array.js";
import type { Random } from "../base/random.js";
import type { LabelledBatch } from "../episode/index.js";
import { defineAuxiliary } from "./types.js";

const options = z.strictObject({ rate: z.number().min(0).max(1).default(0.3) });
export type DropoutOptions = z.infer<typeof options>;

/** The batch in which every modality of every example is absent with probability `rate`. */
function drop(batch: LabelledBatch, rate: number, random: Random): LabelledBatch {
  const names = Object.keys(batch.present);
  const present = Object.fromEntries(
    names.map((name) => [name, float32(batch.present[name].data, batch.present[name].shape)]),
  );
  for (let i = 0; i < batch.mask.shape[0]; i++) {
    const has = names.filter((name) => present[name].data[i]);
    const kept = has.filter(() => random.uniform() >= rate);
    const stays = kept.length > 0 || has.length === 0 ? kept : [has[random.integer(has.length)]];
    for (const name of has) present[name].data[i] = Number(stays.includes(name));
  }
  return { ...batch, present };
}

export const dropout = defineAuxiliary({
  name: "dropout",
  summary: "leave modalities out by chance while training",
  source: "Neverova, Wolf, Taylor, Nebout 2015",
  options,
  tasks: ["classification", "regression"],
  create: ({ rate }: DropoutOptions) => ({
    draw: (episode, random) => ({
      ...episode,
      support: drop(episode.support, rate, random),
      query: drop(episode.query, rate, random),
    }),
  }),
});
