/**
 * Gradient balancing (OGM-GE: Peng, Wei, Deng, Wang, Hu, 2022): scale down the encoder gradient of a modality that
 * predicts better than the others, so that these train too. With s_m the mean probability of the right class from m alone
 * and ρ_m = s_m / mean_{j≠m} s_j, the gradient g of each parameter array becomes k_m g + σ(g) ξ, where
 * k_m = 1 − tanh(α ρ_m) if ρ_m > 1, else 1. The noise ξ ~ N(0, 1) is scaled by the standard deviation σ(g) of the array's
 * gradient (generalisation enhancement, GE).
 *
 * An encoder's gradient is linear in that of its output, so the gradient itself is scaled, after the learner's
 * computation. σ is that of an episode's gradient; the paper's is of a batch. α = 0.1 is the paper's smallest.
 */

import { z } from "zod";
import { type Arrays, allocate, mapArrays } from "../base/array.js";
import type { Random } from "../base/random.js";
import { lax, np } from "../engine/index.js";
import { mapEach } from "../fusion/index.js";
import { maskedMean } from "../nn/loss.js";
import { defineAuxiliary } from "./types.js";

const options = z.strictObject({
  /** α. */
  alpha: z.number().positive().default(0.1),
});

/** Standard normal noise of the shapes of a tree. */
const normalsLike = (tree: Arrays, random: Random): Arrays =>
  mapArrays(({ shape }) => {
    const array = allocate({ dtype: "float32", shape });
    for (const i of array.data.keys()) array.data[i] = random.normal();
    return array;
  }, tree);

export const balance = defineAuxiliary({
  name: "balance",
  summary: "scale down the encoder gradient of the better modality, with added noise",
  source: "Peng, Wei, Deng, Wang, Hu 2022",
  options,
  tasks: ["classification"],
  create: ({ alpha }) => ({
    draw: (episode, random, encoders) => ({
      ...episode,
      noise: mapEach(encoders, (parameters) => normalsLike(parameters, random)),
    }),

    gradientScales({ unimodal, labels }) {
      const names = Object.keys(unimodal);
      const scores = names.map((name) => {
        const { predictions, mask } = unimodal[name];
        return lax.stopGradient(maskedMean(np.sum(predictions.mul(labels), -1), mask));
      });
      const entries = names.map((name, m) => {
        const others = scores.filter((_, j) => j !== m);
        const meanOfOthers = others.reduce((a, b) => a.add(b)).mul(1 / others.length);
        const isBetter = scores[m].greater(meanOfOthers).mul(meanOfOthers.greater(0));
        const ratio = scores[m].div(np.maximum(meanOfOthers, 1e-9));
        return [name, np.where(isBetter, np.tanh(ratio.mul(alpha)).mul(-1).add(1), 1)];
      });
      return Object.fromEntries(entries);
    },
  }),
});
