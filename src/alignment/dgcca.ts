/**
 * Deep generalised canonical correlation (Benton, Khayrallah, Gujral, Reisinger, Zhang, Arora, 2017): the encoders learn
 * what correlates most. L = Σ_m ‖G − X_m U_m‖² a column, averaged over the examples with several modalities, with G and
 * U_m from gcca.ts held constant: at their optimum that gives the gradient of the optimum itself, 2 U_m (U_mᵀ x − g).
 *
 * They are solved anew at each step, in float64, from all its episodes together. Only the U_m and λ cross into the
 * program, which makes each row of G from them.
 */

import { lax, type Tensor } from "../engine/index.js";
import type { ByModality } from "../fusion/index.js";
import { fitGcca } from "./gcca.js";
import { type LinearMap, transformed } from "./maps.js";
import { consensus, spreadAround } from "./mean.js";
import { defineAlignment } from "./types.js";

type Solved = { readonly maps: ByModality<LinearMap<Tensor>>; readonly values: Tensor };

export const dgcca = defineAlignment({
  name: "dgcca",
  summary: "draw each modality's linear map towards what all have in common",
  source: "Benton, Khayrallah, Gujral, Reisinger, Zhang, Arora 2017",
  solve: (features, present) => ({ ...fitGcca(features, present) }),
  loss(features, present, _, solved) {
    const { maps, values } = solved as unknown as Solved;
    const mapped = transformed(maps, features);
    const common = lax.stopGradient(consensus(mapped, present).div(values));
    return spreadAround(common, mapped, present);
  },
});
