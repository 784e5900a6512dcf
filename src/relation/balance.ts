/**
 * Gradient balancing (OGM: Peng, Wei, Deng, Wang, Hu, 2022): a modality that does better than the others has the
 * gradient of its encoder made smaller, so that the others learn too. With s_m the mean probability that m alone gives
 * the right class, and ρ_m = s_m / mean_{j≠m} s_j, the gradient is multiplied by 1 − tanh(α ρ_m) where ρ_m > 1, else by 1.
 *
 * An encoder's gradient is linear in the one of its output, so the gradient itself is scaled, after whatever the
 * learner does. The noise that the paper adds to make up for it (GE) is left out; α = 0.1 is its smallest.
 */

import { z } from "zod";
import { lax, np } from "../engine/index.js";
import { maskedMean } from "../nn/loss.js";
import type { RelationMethod } from "./types.js";

const options = z.strictObject({ alpha: z.number().positive().default(0.1) });
export type BalanceOptions = z.infer<typeof options>;

export const balance: RelationMethod = {
  name: "balance",
  summary: "smaller gradients for a modality that does better than the others",
  source: "Peng, Wei, Deng, Wang, Hu 2022",
  options,
  tasks: ["classification"],
  create: ({ alpha }: BalanceOptions) => ({
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
};
