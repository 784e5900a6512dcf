/**
 * L2-SP (Li, Grandvalet, Davoine, 2018): L_old = ½ ‖θ − θ*‖² over what the old task uses, the network and the old
 * classes' columns of the head. The paper's decay of the new columns is left out.
 */

import { float32, mapArrays, type NDArray } from "../base/array.js";
import type { ParameterArrays } from "../model/index.js";
import { quadraticPenalty } from "./quadratic-penalty.js";
import type { ContinualMethod } from "./types.js";

/** 1 for each parameter entry that the old task uses, else 0. */
const usedBy = (params: ParameterArrays, ways: NDArray): ParameterArrays =>
  mapArrays(({ shape, data }, path) => {
    const of = (k: number) => (path.startsWith("learner.") ? ways.data[k % shape[shape.length - 1]] : 1);
    const isUsed = path.startsWith("network.") || path.startsWith("learner.");
    return float32(
      Array.from(data, (_, k) => (isUsed ? of(k) : 0)),
      shape,
    );
  }, params);

export const l2sp: ContinualMethod = {
  name: "l2-sp",
  summary: "penalise the distance from the old task's parameters",
  source: "Li, Grandvalet, Davoine 2018",
  weighs: "old",
  startsOld: true,
  begin: async ({ weights: { params }, ways }) => quadraticPenalty(params, usedBy(params, ways)),
};
