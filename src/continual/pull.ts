/**
 * A spring to where training on the old task ended: L_old = ½ Σ_i s_i (θ_i − θ*_i)², whose gradient is s ⊙ (θ − θ*).
 * A plain loop: calling a program would cost more than the arithmetic.
 */

import { float32, leavesOf, mapArrays, type NDArray } from "../base/array.js";
import type { ParameterArrays } from "../model/index.js";
import type { OldLoss } from "./types.js";

/** L_old of springs of `strength` s at `anchor` θ*, both trees like the parameters. */
export function pulledTo(anchor: ParameterArrays, strength: ParameterArrays): OldLoss {
  const stars = leavesOf<NDArray>(anchor).map(([, { data }]) => data);
  const springs = leavesOf<NDArray>(strength).map(([, { data }]) => data);
  return async ({ params }) => {
    let loss = 0;
    let next = 0;
    const gradient = mapArrays(({ shape, data }) => {
      const [star, spring] = [stars[next], springs[next++]];
      const slope = Float32Array.from(data, (theta, k) => spring[k] * (theta - star[k]));
      for (const [k, g] of slope.entries()) loss += (g * (data[k] - star[k])) / 2;
      return float32(slope, shape);
    }, params);
    return { loss, gradient };
  };
}
