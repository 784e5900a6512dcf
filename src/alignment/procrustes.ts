/**
 * Procrustes alignment (Schönemann, 1966; of several: Gower, 1975): modalities agree but for a rotation. Orthogonal R_m
 * make Σ_m ‖(f_m − μ_m) R_m − h‖² least, with h the masked mean as in mean.ts; that minimum is the loss, with the R_m
 * held constant.
 *
 * Given the others, R_m = U Vᵀ of the singular value decomposition of f_mᵀ Σ_{j≠m} f_j R_j / count: one such step is the
 * exact answer for two modalities, and more are aligned in turns until nothing is gained.
 */

import { Matrix, SVD } from "ml-matrix";
import type { NDArray } from "../base/array.js";
import type { ByModality } from "../fusion/index.js";
import { type Maps, mapOf, transformed, viewsOf } from "./maps.js";
import { mean } from "./mean.js";
import { defineAlignment } from "./types.js";

/** Rounds at most, of three modalities or more. */
const MOST_ROUNDS = 50;
/** The change of an entry of R below which nothing is gained. */
const STILL = 1e-10;

/** Orthogonal maps [width, width] by modality, from the examples that have several. */
export function fitProcrustes(features: ByModality<NDArray>, present: ByModality<NDArray>): Maps {
  const { rows, means, counts } = viewsOf(features, present);
  const names = Object.keys(rows);
  const rotations = Object.fromEntries(names.map((name) => [name, Matrix.eye(means[name].length)]));
  const weights = counts.map((count) => 1 / count);
  const turn = (name: string, onto: readonly string[]) => {
    const target = onto.map((other) => rows[other].mmul(rotations[other])).reduce((a, b) => Matrix.add(a, b));
    const product = rows[name].transpose().mmul(target.mulColumnVector(weights));
    const { leftSingularVectors: u, rightSingularVectors: v } = new SVD(product);
    const before = rotations[name];
    rotations[name] = u.mmul(v.transpose());
    return Matrix.sub(rotations[name], before).abs().max();
  };
  // The first stays: whatever turns all of them alike changes nothing.
  const others = counts.length > 0 ? names.slice(1) : [];
  for (const [i, name] of others.entries()) turn(name, names.slice(0, i + 1));
  for (let round = 0; others.length > 1 && round < MOST_ROUNDS; round++) {
    const moved = others.map((name) =>
      turn(
        name,
        names.filter((other) => other !== name),
      ),
    );
    if (Math.max(...moved) < STILL) break;
  }
  return Object.fromEntries(names.map((name) => [name, mapOf(means[name], rotations[name])]));
}

export const procrustes = defineAlignment({
  name: "procrustes",
  summary: "the squared distance of each modality, rotated, to their mean",
  source: "Schönemann 1966; Gower 1975",
  solve: fitProcrustes,
  loss: (features, present, params, maps) =>
    mean.loss(transformed(maps as never, features), present, params, {}),
});
