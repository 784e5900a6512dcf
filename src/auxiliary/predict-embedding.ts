/** Prediction of one embedding from another by a linear map, for the auxiliary objectives `cross` and `masked`. */

import { z } from "zod";
import type { Random } from "../base/random.js";
import { lax, np, type Tensor } from "../engine/index.js";
import { heLayer } from "../nn/init.js";
import { type Linear, linear } from "../nn/layers.js";

/** Options of an auxiliary objective with a loss: the loss weight λ. */
export const lossWeight = z.strictObject({ weight: z.number().min(0).default(0.1) });

/** W `[inputWidth, width]` and c `[width]`. */
export const initMap = (width: number, random: Random, inputWidth = width) =>
  heLayer(random, inputWidth, width);

/** An embedding and its prediction, input · W + c, over the examples with `mask` `[N]` 1. */
interface EmbeddingPrediction {
  readonly input: Tensor;
  readonly map: Linear;
  readonly target: Tensor;
  readonly mask: Tensor;
}

/**
 * The mean of ‖input · W + c − target‖² / width over all predictions; 0 if there are none. Targets are held constant:
 * otherwise equal embeddings for all examples would minimise the loss.
 */
export function meanPredictionError(predictions: readonly EmbeddingPrediction[]): Tensor {
  let [total, count]: Tensor[] = [np.zeros([]), np.zeros([])];
  for (const { input, map, target, mask } of predictions) {
    const error = linear(input, map).sub(lax.stopGradient(target));
    total = total.add(np.sum(np.mean(error.mul(error), -1).mul(mask)));
    count = count.add(np.sum(mask));
  }
  return total.div(np.maximum(count, 1));
}
