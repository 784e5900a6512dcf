/** f(x) = Σ_m α_m g_m(x) with α_m = 1 / (number of modalities present): the mean (Kittler et al., 1998). */

import { np } from "../engine/index.js";
import { mapEach } from "./presence.js";
import { defineFusion } from "./types.js";
import { weightedSum } from "./weighted.js";

export const fixed = defineFusion({
  name: "fixed",
  summary: "the mean of the modalities present",
  source: "Kittler, Hatef, Duin, Matas 1998",
  init: () => ({}),
  fuse(_, features, present) {
    return weightedSum(
      mapEach(present, (has) => np.zerosLike(has)),
      features,
      present,
    );
  },
});
