/**
 * A spring to where training on the old task ended: L_old = ½ Σ_i s_i (θ_i − θ*_i)², whose gradient is s ⊙ (θ − θ*).
 * A plain loop: calling a program would cost more than the arithmetic.
 */

import { type Arrays, float32, leavesOf, mapTree, type NDArray, type Tree } from "../base/array.js";
import type { OldLoss } from "./types.js";

/** L_old of springs of `strength` s at `anchor` θ*, both trees like the parameters. */
export function pulledTo(anchor: Arrays, strength: Arrays): OldLoss {
  const stars = leavesOf(anchor as Tree<NDArray>).map(([, { data }]) => data);
  const springs = leavesOf(strength as Tree<NDArray>).map(([, { data }]) => data);
  return async ({ params }) => {
    let loss = 0;
    let next = 0;
    const gradient = mapTree(
      ({ shape, data }: NDArray) => {
        const [star, spring] = [stars[next], springs[next++]];
        const slope = Float32Array.from(data, (theta, k) => spring[k] * (theta - star[k]));
        for (const [k, g] of slope.entries()) loss += (g * (data[k] - star[k])) / 2;
        return float32(slope, shape);
      },
      params as Tree<NDArray>,
    ) as Arrays;
    return { loss, gradient };
  };
}
