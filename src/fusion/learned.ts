/**
 * Weighted sum with learned weights (Perrone, Cooper, 1993): f(x) = Σ_m α_m g_m(x) with α = softmax(s), one learned score
 * s_m per modality, the same for every example.
 */

import { np, type Tensor } from "../engine/index.js";
import { constant } from "../nn/init.js";
import { mapEach } from "./presence.js";
import { type ByModality, defineFusion } from "./types.js";
import { weightedSum } from "./weighted.js";

/** s `[1]` per modality. */
type Scores = ByModality<Tensor>;

export const learned = defineFusion({
  name: "learned",
  summary: "weighted sum with one learned weight per modality",
  source: "Perrone, Cooper 1993; Wang, Tran, Feiszli 2020",
  init: (modalities) => Object.fromEntries(modalities.map((name) => [name, constant(0, [1])])),
  fuse(params: Scores, features, present) {
    const scores = mapEach(present, (mask, name) => np.zerosLike(mask).add(params[name]));
    return weightedSum(scores, features, present);
  },
});
