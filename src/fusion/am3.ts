/**
 * Label text as a prior of the class prototype (AM3: Xing, Rostamzadeh, Oreshkin, Pinheiro, 2019):
 * c'_k = λ_k c_k + (1 − λ_k) g(w_k), with g(w_k) the embedding of the label text and λ_k = σ(h(g(w_k))).
 *
 * It is applied to each support example, f'(x) = λ f(x) + (1 − λ) g(w). All examples of a class share its label, so the
 * mean of f' is c'_k, and every learner can use it. f is gated fusion of the modalities present; queries, and examples
 * without label text, keep f. g is the encoder of the text modality (the paper uses pretrained word vectors). h is linear
 * and starts from 0, so λ starts from ½.
 */

import { nn } from "../engine/index.js";
import { constant } from "../nn/init.js";
import { type Linear, linear } from "../nn/layers.js";
import { type Gates, gated } from "./gated.js";
import { defineFusion } from "./types.js";

/** `trust` is h, absent if no label text is given. */
type Params = { readonly gates: Gates; readonly trust?: Linear };

export const am3 = defineFusion({
  name: "am3",
  summary: "gated fusion with label text as a prior of class prototypes",
  source: "Xing, Rostamzadeh, Oreshkin, Pinheiro 2019",
  usesLabelText: true,
  init: (modalities, width, streams, hasLabelText) => ({
    gates: gated.init(modalities, width, streams, false),
    ...(hasLabelText && { trust: { weight: constant(0, [width, 1]), bias: constant(0, [1]) } }),
  }),
  fuse({ gates, trust }: Params, features, present, labelText) {
    const result = gated.fuse(gates, features, present);
    if (!labelText || !trust) return result;
    const labelShare = nn.sigmoid(linear(labelText.features, trust)).mul(-1).add(1);
    const shift = labelText.features
      .sub(result.fused)
      .mul(labelShare)
      .mul(labelText.weight.reshape([-1, 1]));
    return { ...result, fused: result.fused.add(shift) };
  },
});
