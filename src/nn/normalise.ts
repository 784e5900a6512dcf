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
  /**
   * `given`: these. `kept`: these, which do not change any more, so that nothing is learned. `measured`: the batch's
   * own, over the examples that count; these where none counts.
   */
  readonly use: "given" | "kept" | "measured";
  /** Parts that a large batch is computed in, so that threads can share it; the results are the batch's all the same. */
  readonly parts?: number;
  /** float32 [N]: 1 for an example that counts. Padding and absent modalities are 0. */
  readonly counts: Tensor;
}

/** The entries of `counts` that belong to each part. */
export function divided(counts: Tensor, parts: readonly Tensor[]): Tensor[] {
  let start = 0;
  return parts.map((part) => {
    const end = start + part.shape[0];
    const own = parts.length === 1 ? counts : counts.slice([start, end]);
    start = end;
    return own;
  });
}

/** Each example's share [N] of a mean over the examples that count, and whether any does. */
export function sharesOf(counts: Tensor): { share: Tensor; any: Tensor } {
  const examples = np.sum(counts);
  return { share: counts.div(np.maximum(examples, 1)), any: examples.greater(0) };
}

/** y = gain · x + offset is the normalisation by these statistics; each `[channels]`. */
export function affineOf({ scale, shift }: NormaliseParams, { mean, variance }: Statistics) {
  const gain = scale.mul(np.reciprocal(np.sqrt(variance.add(EPSILON))));
  return { gain, offset: shift.sub(mean.mul(gain)) };
}

/**
 * The variance is E(x − c)² − (mean − c)² with c = mean held constant: the second term is 0, and so is its gradient,
 * but not its second derivative. So nothing has to pass back through the mean of every entry.
 */
function measure(parts: readonly Tensor[], counts: Tensor, given: Statistics): Statistics {
  const { shape } = parts[0];
  const space = shape.map((_, axis) => axis).slice(1, -1);
  const { share, any } = sharesOf(counts);
  const shares = divided(share.div(sizeOf(shape.slice(1, -1))), parts);
  const average = (of: (part: Tensor) => Tensor) =>
    parts.map((part, i) => np.matmul(shares[i], np.sum(of(part), space))).reduce((a, b) => a.add(b));
  const mean = average((part) => part);
  const centre = lax.stopGradient(mean);
  const off = mean.sub(centre);
  const variance = average((part) => part.sub(centre).mul(part.sub(centre))).sub(off.mul(off));
  return { mean: np.where(any, mean, given.mean), variance: np.where(any, variance, given.variance) };
}

/**
 * Normalise a batch, in `parts` [Nᵢ, …space, C], by its own statistics or the given ones.
 *
 * @returns the normalised parts and the statistics used.
 */
export function normalise(
  parts: readonly Tensor[],
  params: NormaliseParams,
  given: Statistics,
  { use, counts }: StatisticsSource,
): { parts: Tensor[]; statistics: Statistics } {
  const statistics = use === "measured" ? measure(parts, counts, given) : given;
  const { gain, offset } = affineOf(params, statistics);
  return { parts: parts.map((part) => part.mul(gain).add(offset)), statistics };
}
