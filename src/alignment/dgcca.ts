/**
 * Deep generalised canonical correlation (Benton, Khayrallah, Gujral, Reisinger, Zhang, Arora, 2017): encoders are trained
 * for the GCCA objective L = Σ_m ‖G − X_m U_m‖² per column, averaged over the examples with several modalities. G and U_m
 * come from gcca.ts and are held constant: at their optimum that gives the gradient of the optimum itself,
 * 2 U_m (U_mᵀ x − g).
 *
 * They are solved at each step, in float64, from all its episodes together. Only the U_m and λ are passed to the program,
 * which computes the rows of G from them.
 */

import { lax, type Tensor } from "../engine/index.js";
import { type ByModality, meanPresent } from "../fusion/index.js";
import { fitGcca } from "./gcca.js";
import { applyMaps, type LinearMap } from "./maps.js";
import { spreadAround } from "./mean.js";
import { defineAlignment } from "./types.js";

/** U_m per modality, and `eigenvalues` λ `[size]`. */
type Solved = { readonly maps: ByModality<LinearMap<Tensor>>; readonly eigenvalues: Tensor };

export const dgcca = defineAlignment({
  name: "dgcca",
  summary: "pull each modality's linear projection towards the shared GCCA representation",
  source: "Benton, Khayrallah, Gujral, Reisinger, Zhang, Arora 2017",
  solve: (features, present) => fitGcca(features, present),
  loss(features, present, _params, { maps, eigenvalues }: Solved) {
    const projections = applyMaps(maps, features);
    const shared = lax.stopGradient(meanPresent(projections, present).div(eigenvalues));
    return spreadAround(shared, projections, present);
  },
});
