/**
 * Cross-modal distillation (Hinton, Vinyals, Dean, 2015; Gupta, Hoffman, Malik, 2016): each modality alone imitates
 * what all together answer, L = mean over modalities m of the loss of p_m(x) against p(x), which is held constant:
 * −Σ_k p_k log p_mk of classes, (z_m − z)² of numbers. The support is as it is; queries are seen by m alone.
 */

import { lax } from "../engine/index.js";
import { weighted } from "./predict-embedding.js";
import { defineAuxiliary } from "./types.js";

export const distillation = defineAuxiliary({
  name: "distillation",
  summary: "each modality alone imitates what all answer together",
  source: "Hinton, Vinyals, Dean 2015; Gupta, Hoffman, Malik 2016",
  options: weighted,
  tasks: ["classification", "regression"],
  create: () => ({
    answersLoss({ together, alone }) {
      const losses = Object.values(alone).map(({ lossTo }) => lossTo(lax.stopGradient(together)));
      return losses.reduce((a, b) => a.add(b)).mul(1 / losses.length);
    },
  }),
});
