/**
 * Label text as a prior (AM3: Xing, Rostamzadeh, Oreshkin, Pinheiro, 2019): a class leans on what its name says,
 * c'_k = λ_k c_k + (1 − λ_k) g(w_k), with w_k the embedding of the label's text and λ_k = σ(h(w_k)).
 *
 * It is carried out on each support example, f'(x) = λ f(x) + (1 − λ) g(w), whose mean over a class is c'_k since its
 * examples have one label, so any learner can use it. f is the gated fusion of the modalities present; queries, and
 * examples whose label says nothing, keep it. g is the encoder of the text modality (the paper's is trained
 * elsewhere), and h is linear and starts from 0, hence λ from ½.
 */

import { nn } from "../engine/index.js";
import { constant } from "../nn/init.js";
import { type Linear, linear } from "../nn/layers.js";
import { gated } from "./gated.js";
import { defineFusion } from "./types.js";

export const am3 = defineFusion({
  name: "am3",
  summary: "gated, and what a class's name says as a prior of its examples",
  source: "Xing, Rostamzadeh, Oreshkin, Pinheiro 2019",
  readsLabels: true,
  init: (modalities, width, streams, labels) => ({
    gates: gated.init(modalities, width, streams, false),
    ...(labels && { trust: { weight: constant(0, [width, 1]), bias: constant(0, [1]) } }),
  }),
  fuse(params, features, present, label) {
    const { gates, trust } = params as { gates: never; trust?: Linear };
    const own = gated.fuse(gates, features, present);
    if (!label || !trust) return own;
    const lean = nn.sigmoid(linear(label.features, trust)).mul(-1).add(1);
    const towards = label.features
      .sub(own.fused)
      .mul(lean)
      .mul(label.weight.reshape([-1, 1]));
    return { ...own, fused: own.fused.add(towards) };
  },
});
