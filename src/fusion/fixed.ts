/** Mean fusion (Kittler et al., 1998): f(x) = Σ_m α_m g_m(x) with α_m = 1 / (number of modalities present). */

import { np } from "../engine/index.js";
import { mapEach } from "./presence.js";
import { defineFusion } from "./types.js";
import { weightedSum } from "./weighted.js";

export const fixed = defineFusion({
  name: "fixed",
  summary: "mean of the embeddings of the modalities present",
  source: "Kittler, Hatef, Duin, Matas 1998",
  init: () => ({}),
  fuse(_, features, present) {
    const scores = mapEach(present, (mask) => np.zerosLike(mask));
    return weightedSum(scores, features, present);
  },
});
