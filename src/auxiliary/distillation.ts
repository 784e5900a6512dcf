/**
 * Cross-modal distillation (Hinton, Vinyals, Dean, 2015; Gupta, Hoffman, Malik, 2016): each modality alone imitates the
 * multimodal prediction p(x), which is held constant. L is the mean over modalities m of the loss of p_m(x) against p(x),
 * −Σ_k p_k log p_mk for classification and (z_m − z)² for regression. The support keeps all modalities; queries are seen by
 * m alone.
 */

import { lax } from "../engine/index.js";
import { lossWeight } from "./predict-embedding.js";
import { defineAuxiliary } from "./types.js";

export const distillation = defineAuxiliary({
  name: "distillation",
  summary: "train each modality's prediction to match the multimodal prediction",
  source: "Hinton, Vinyals, Dean 2015; Gupta, Hoffman, Malik 2016",
  options: lossWeight,
  tasks: ["classification", "regression"],
  create: () => ({
    predictionLoss({ multimodal, unimodal }) {
      const losses = Object.values(unimodal).map(({ lossTo }) => lossTo(lax.stopGradient(multimodal)));
      return losses.reduce((a, b) => a.add(b)).mul(1 / losses.length);
    },
  }),
});
