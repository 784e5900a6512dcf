/**
 * Gradient balancing (OGM-GE: Peng, Wei, Deng, Wang, Hu, 2022): a modality that does better than the others has the
 * gradient of its encoder made smaller, so that the others learn too. With s_m the mean probability that m alone gives
 * the right class, and ρ_m = s_m / mean_{j≠m} s_j, the gradient g of each of its parameters' arrays becomes
 * k_m g + σ(g) ξ, where k_m = 1 − tanh(α ρ_m) where ρ_m > 1, else 1. The noise ξ ~ N(0, 1), as large as the gradient's own
 * spread σ(g) over the array, makes up for that of the smaller gradient (GE).
 *
 * An encoder's gradient is linear in the one of its output, so the gradient itself is scaled, after whatever the
 * learner does. The paper's spread is of a batch's gradient, here of an episode's. α = 0.1 is the paper's smallest.
 */

import { z } from "zod";
import { type Arrays, allocate, mapTree, type NDArray, type Tree } from "../base/array.js";
import type { Random } from "../base/random.js";
import { lax, np } from "../engine/index.js";
import { maskedMean } from "../nn/loss.js";
import { defineAuxiliary } from "./types.js";

const options = z.strictObject({ alpha: z.number().positive().default(0.1) });
export type BalanceOptions = z.infer<typeof options>;

/** Standard normal numbers, as many as the tree's. */
const normalsLike = (tree: Arrays, random: Random): Arrays =>
  mapTree(
    ({ shape }: NDArray) => {
      const array = allocate({ dtype: "float32", shape });
      for (const i of array.data.keys()) array.data[i] = random.normal();
      return array;
    },
    tree as Tree<NDArray>,
  ) as Arrays;

export const balance = defineAuxiliary({
  name: "balance",
  summary: "smaller gradients for a modality that does better, and noise for all",
  source: "Peng, Wei, Deng, Wang, Hu 2022",
  options,
  tasks: ["classification"],
  create: ({ alpha }: BalanceOptions) => ({
    draw: (episode, random, encoders) => ({
      ...episode,
      noise: Object.fromEntries(
        Object.entries(encoders).map(([name, parameters]) => [name, normalsLike(parameters, random)]),
      ),
    }),

    scales({ alone, labels }) {
      const names = Object.keys(alone);
      const right = names.map((name) => {
        const { answers, counts } = alone[name];
        return lax.stopGradient(maskedMean(np.sum(answers.mul(labels), -1), counts));
      });
      const entries = names.map((name, m) => {
        const others = right.filter((_, j) => j !== m);
        const theirs = others.reduce((a, b) => a.add(b)).mul(1 / others.length);
        const better = right[m].greater(theirs).mul(theirs.greater(0));
        const ratio = right[m].div(np.maximum(theirs, 1e-9));
        return [name, np.where(better, np.tanh(ratio.mul(alpha)).mul(-1).add(1), 1)];
      });
      return Object.fromEntries(entries);
    },
  }),
});
