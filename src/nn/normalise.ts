/**
 * Batch normalisation (Ioffe and Szegedy, 2015) as a function of statistics that someone else chooses.
 *
 * y = scale · (x − mean) / √(variance + ε) + shift, one mean and variance a channel. Where the statistics come
 * from is the model's one normalisation choice (`running`, `support` or `batch`), not this layer's.
 */

import { sizeOf } from "../base/array.js";
import { lax, np, type Tensor } from "../engine/index.js";

const EPSILON = 1e-5;

/** Per-channel statistics, each `[channels]`. */
export type Statistics = { readonly mean: Tensor; readonly variance: Tensor };

/** Learned scale and shift, each `[channels]`. */
export type NormaliseParams = { readonly scale: Tensor; readonly shift: Tensor };

/** Which statistics normalise a batch of N examples. */
export interface StatisticsSource {
  /** `given`: these. `measured`: the batch's own, over the examples that count; these where none counts. */
  readonly use: "given" | "measured";
  /** float32 [N]: 1 for an example that counts. Padding and absent modalities are 0. */
  readonly counts: Tensor;
}

/**
 * The variance is E(x − c)² − (mean − c)² with c = mean held constant: the second term is 0, and so is its gradient,
 * but not its second derivative. So nothing has to pass back through the mean of every entry.
 */
function measure(x: Tensor, counts: Tensor, given: Statistics): Statistics {
  const space = x.shape.map((_, axis) => axis).slice(1, -1);
  const examples = np.sum(counts);
  const share = counts.div(np.maximum(examples, 1).mul(sizeOf(x.shape.slice(1, -1))));
  const mean = np.matmul(share, np.sum(x, space));
  const centre = lax.stopGradient(mean);
  const centred = x.sub(centre);
  const off = mean.sub(centre);
  const variance = np.matmul(share, np.sum(centred.mul(centred), space)).sub(off.mul(off));
  const any = examples.greater(0);
  return { mean: np.where(any, mean, given.mean), variance: np.where(any, variance, given.variance) };
}

/**
 * Normalise `x` [N, …space, C] by the batch's statistics or the given ones.
 *
 * @returns the normalised array and the statistics used.
 */
export function normalise(
  x: Tensor,
  { scale, shift }: NormaliseParams,
  given: Statistics,
  { use, counts }: StatisticsSource,
): { y: Tensor; statistics: Statistics } {
  const statistics = use === "given" ? given : measure(x, counts, given);
  const gain = scale.mul(np.reciprocal(np.sqrt(statistics.variance.add(EPSILON))));
  const offset = shift.sub(statistics.mean.mul(gain));
  return { y: x.mul(gain).add(offset), statistics };
}
