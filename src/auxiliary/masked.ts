/**
 * Masked modality (after masked language modelling: Devlin et al., 2019; over modalities: Bachmann et al., 2022): of
 * each example with several modalities one, drawn by chance, is hidden, and foretold from what the fusion makes of the
 * rest: L = mean of ‖W_m fuse(f without m)(x) + c_m − f_m(x)‖² / width. The model itself still sees everything.
 */

import { float32, type NDArray } from "../base/array.js";
import type { Random } from "../base/random.js";
import type { LabelledBatch } from "../episode/index.js";
import type { Linear } from "../nn/layers.js";
import { initMap, meanError, weighted } from "./predict-embedding.js";
import { defineAuxiliary } from "./types.js";

/** The batch with one modality hidden of each example that has several. */
function hideOne(batch: LabelledBatch, random: Random): LabelledBatch {
  const names = Object.keys(batch.present);
  const count = batch.mask.shape[0];
  const hidden: Record<string, NDArray> = Object.fromEntries(
    names.map((name) => [name, float32(new Float32Array(count), [count])]),
  );
  for (let i = 0; i < count; i++) {
    const has = names.filter((name) => batch.present[name].data[i] || batch.withheld?.[name].data[i]);
    if (has.length > 1) hidden[has[random.integer(has.length)]].data[i] = 1;
  }
  return { ...batch, hidden };
}

export const masked = defineAuxiliary({
  name: "masked",
  summary: "foretell a hidden modality's vector from the rest",
  source: "Devlin et al. 2019; Bachmann et al. 2022",
  options: weighted,
  tasks: ["classification", "regression"],
  create: () => ({
    init: (modalities, width, random, fusedWidth) =>
      Object.fromEntries(modalities.map((name) => [name, initMap(width, random, fusedWidth)])),

    draw: (episode, random) => ({
      ...episode,
      support: hideOne(episode.support, random),
      query: hideOne(episode.query, random),
    }),

    loss(params, { parts, present, hidden, fuse }) {
      const names = Object.keys(parts);
      const rest = fuse(
        Object.fromEntries(names.map((name) => [name, present[name].mul(hidden![name].mul(-1).add(1))])),
      );
      return meanError(
        names.map((name) => ({
          from: rest,
          by: (params as Record<string, Linear>)[name],
          target: parts[name],
          where: present[name].mul(hidden![name]),
        })),
      );
    },
  }),
});
