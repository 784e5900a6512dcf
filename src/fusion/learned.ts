/** f(x) = Σ_m α_m g_m(x) with α = softmax(s), one learned score s_m a modality, the same for every example. */

import { np, type Tensor } from "../engine/index.js";
import { constant } from "../nn/init.js";
import { mapEach } from "./presence.js";
import { defineFusion } from "./types.js";
import { weightedSum } from "./weighted.js";

export const learned = defineFusion({
  name: "learned",
  summary: "one learned weight a modality",
  source: "Perrone, Cooper 1993; Wang, Tran, Feiszli 2020",
  init: (modalities) => Object.fromEntries(modalities.map((name) => [name, constant(0, [1])])),
  fuse(params, features, present) {
    const own = params as Record<string, Tensor>;
    const scores = mapEach(present, (has, name) => np.zerosLike(has).add(own[name]));
    return weightedSum(scores, features, present);
  },
});
