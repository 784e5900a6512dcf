/**
 * Procrustes alignment (Schönemann, 1966; generalised: Gower, 1975): orthogonal maps R_m minimise Σ_m ‖(f_m − μ_m) R_m − h‖²,
 * with h the masked mean as in mean.ts. The loss is that minimum, with the R_m held constant.
 *
 * Given the other maps, R_m = U Vᵀ of the singular value decomposition of f_mᵀ Σ_{j≠m} f_j R_j / count. One such step is
 * exact for two modalities; for more, steps alternate over the modalities until convergence.
 */

import { Matrix, SVD } from "ml-matrix";
import type { NDArray } from "../base/array.js";
import type { Tensor } from "../engine/index.js";
import type { ByModality } from "../fusion/index.js";
import { applyMaps, centredViews, type LinearMap, type LinearMaps, linearMap } from "./maps.js";
import { spreadAroundMean } from "./mean.js";
import { defineAlignment } from "./types.js";

/** Maximal number of rounds, for three modalities or more. */
const MAX_ROUNDS = 50;
/** Largest change of an entry of R at convergence. */
const TOLERANCE = 1e-10;

/** Fit orthogonal maps `[width, width]` per modality to the examples with several modalities. */
export function fitProcrustes(features: ByModality<NDArray>, present: ByModality<NDArray>): LinearMaps {
  const { rows, means, counts } = centredViews(features, present);
  const names = Object.keys(rows);
  const rotations = Object.fromEntries(names.map((name) => [name, Matrix.eye(means[name].length)]));
  const weights = counts.map((count) => 1 / count);
  /** Solve the rotation of one modality for `targets`; returns the largest change of its entries. */
  const update = (name: string, targets: readonly string[]) => {
    const target = targets
      .map((other) => rows[other].mmul(rotations[other]))
      .reduce((a, b) => Matrix.add(a, b));
    const product = rows[name].transpose().mmul(target.mulColumnVector(weights));
    const { leftSingularVectors: u, rightSingularVectors: v } = new SVD(product);
    const previous = rotations[name];
    rotations[name] = u.mmul(v.transpose());
    return Matrix.sub(rotations[name], previous).abs().max();
  };
  // The first stays the identity: a rotation common to all modalities changes nothing.
  const others = counts.length > 0 ? names.slice(1) : [];
  for (const [i, name] of others.entries()) update(name, names.slice(0, i + 1));
  for (let round = 0; others.length > 1 && round < MAX_ROUNDS; round++) {
    const changes = others.map((name) =>
      update(
        name,
        names.filter((other) => other !== name),
      ),
    );
    if (Math.max(...changes) < TOLERANCE) break;
  }
  return Object.fromEntries(names.map((name) => [name, linearMap(means[name], rotations[name])]));
}

export const procrustes = defineAlignment({
  name: "procrustes",
  summary: "squared distance of each modality's rotated embedding to their mean",
  source: "Schönemann 1966; Gower 1975",
  solve: (features, present) => fitProcrustes(features, present),
  loss: (features, present, _params, maps: ByModality<LinearMap<Tensor>>) =>
    spreadAroundMean(applyMaps(maps, features), present),
});
