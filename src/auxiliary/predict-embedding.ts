/**
 * What auxiliary objectives share that predict one embedding from another by a linear map.
 *
 * What is foretold is held constant: vectors that could move would be foretold best by all being the same.
 */

import { z } from "zod";
import type { Random } from "../base/random.js";
import { lax, np, type Tensor } from "../engine/index.js";
import { heLayer } from "../nn/init.js";
import { type Linear, linear } from "../nn/layers.js";

/** The options of a relation with a loss: λ_r. */
export const weighted = z.strictObject({ weight: z.number().min(0).default(0.1) });

/** W [from, width] and c [width]. */
export const initMap = (width: number, random: Random, from = width) => heLayer(random, from, width);

/** One vector foretold from another, where `where` [N] is 1. */
export interface Foretold {
  readonly from: Tensor;
  readonly by: Linear;
  readonly target: Tensor;
  readonly where: Tensor;
}

/** ‖W from + c − target‖² / width, averaged over all that is foretold; 0 where nothing is. */
export function meanError(all: readonly Foretold[]): Tensor {
  let [total, count]: Tensor[] = [np.zeros([]), np.zeros([])];
  for (const { from, by, target, where } of all) {
    const away = linear(from, by).sub(lax.stopGradient(target));
    total = total.add(np.sum(np.mean(away.mul(away), -1).mul(where)));
    count = count.add(np.sum(where));
  }
  return total.div(np.maximum(count, 1));
}
