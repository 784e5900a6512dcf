/**
 * A quadratic penalty on the distance from the old task's weights: L_old = ½ Σ_i s_i (θ_i − θ*_i)², with the gradient
 * s ⊙ (θ − θ*). A plain loop, since calling a program would cost more than the arithmetic.
 */

import { float32, leavesOf, mapArrays, type NDArray } from "../base/array.js";
import type { ParameterArrays } from "../model/index.js";
import type { OldLoss } from "./types.js";

/** The penalty with `strength` s around `anchor` θ*, both trees like the parameters. */
export function quadraticPenalty(anchor: ParameterArrays, strength: ParameterArrays): OldLoss {
  const stars = leavesOf<NDArray>(anchor).map(([, { data }]) => data);
  const strengths = leavesOf<NDArray>(strength).map(([, { data }]) => data);
  return async ({ params }) => {
    let loss = 0;
    let next = 0;
    const gradient = mapArrays(({ shape, data }) => {
      const [star, s] = [stars[next], strengths[next++]];
      const gradient = Float32Array.from(data, (theta, k) => s[k] * (theta - star[k]));
      for (const [k, g] of gradient.entries()) loss += (g * (data[k] - star[k])) / 2;
      return float32(gradient, shape);
    }, params);
    return { loss, gradient };
  };
}
