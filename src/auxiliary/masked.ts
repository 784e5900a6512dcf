/**
 * Masked modality prediction (after masked language modelling: Devlin et al., 2019; over modalities: Bachmann et al.,
 * 2022): of each example with several modalities, hide one at random and predict its embedding from the fusion of the
 * others, L = mean of ‖fuse(f without m)(x) W_m + c_m − f_m(x)‖² / width. The task loss still sees all modalities.
 */

import { float32, type NDArray } from "../base/array.js";
import type { Random } from "../base/random.js";
import type { LabelledBatch } from "../episode/index.js";
import { type ByModality, mapEach } from "../fusion/index.js";
import type { Linear } from "../nn/layers.js";
import { initMap, lossWeight, meanPredictionError } from "./predict-embedding.js";
import { auxiliaryObjective, defineAuxiliary } from "./types.js";

/** Mark one modality as hidden in each example that has several. */
function hideOne(batch: LabelledBatch, random: Random): LabelledBatch {
  const names = Object.keys(batch.present);
  const count = batch.mask.shape[0];
  const hidden: Record<string, NDArray> = Object.fromEntries(
    names.map((name) => [name, float32(new Float32Array(count), [count])]),
  );
  for (let i = 0; i < count; i++) {
    const present = names.filter((name) => batch.present[name].data[i] || batch.withheld?.[name].data[i]);
    if (present.length > 1) hidden[present[random.integer(present.length)]].data[i] = 1;
  }
  return { ...batch, hidden };
}

export const masked = defineAuxiliary({
  name: "masked",
  summary: "predict a hidden modality's embedding from the fusion of the others",
  source: "Devlin et al. 2019; Bachmann et al. 2022",
  options: lossWeight,
  tasks: ["classification", "regression"],
  create: () =>
    auxiliaryObjective({
      init: (modalities, width, random, fusedWidth) =>
        Object.fromEntries(modalities.map((name) => [name, initMap(width, random, fusedWidth)])),

      draw: (episode, random) => ({
        ...episode,
        support: hideOne(episode.support, random),
        query: hideOne(episode.query, random),
      }),

      loss(maps: ByModality<Linear>, { parts, present, hidden = {}, fuse }) {
        const input = fuse(mapEach(parts, (_, name) => present[name].mul(hidden[name].mul(-1).add(1))));
        return meanPredictionError(
          Object.keys(parts).map((name) => ({
            input,
            map: maps[name],
            target: parts[name],
            mask: present[name].mul(hidden[name]),
          })),
        );
      },
    }),
});
