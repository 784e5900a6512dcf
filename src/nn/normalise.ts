/**
 * Batch normalisation (Ioffe and Szegedy, 2015) with given or measured statistics:
 * y = scale · (x − mean) / √(variance + ε) + shift, with one mean and variance per channel. The source of the statistics
 * (`running`, `support` or `batch`) is chosen per model, not per layer.
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
   * `given`: the given statistics. `kept`: the given statistics, in prediction with running averages, when no gradient is
   * taken. `measured`: those of the batch, over the examples of `mask`; the given ones if it is all zero.
   */
  readonly use: "given" | "kept" | "measured";
  /** Number of parts in which a large batch is computed, so that threads can share it; results do not depend on it. */
  readonly parts?: number;
  /** Example mask `[N]`: 0 for padding and for examples that lack the modality. */
  readonly mask: Tensor;
}

/** The entries of `mask` `[N]` that belong to each part. */
export function split(mask: Tensor, parts: readonly Tensor[]): Tensor[] {
  let start = 0;
  return parts.map((part) => {
    const end = start + part.shape[0];
    const entries = parts.length === 1 ? mask : mask.slice([start, end]);
    start = end;
    return entries;
  });
}

/** Weight `[N]` of each example in the mean over the examples of `mask`, and whether the mask has any. */
export function sharesOf(mask: Tensor): { share: Tensor; any: Tensor } {
  const examples = np.sum(mask);
  return { share: mask.div(np.maximum(examples, 1)), any: examples.greater(0) };
}

/** `gain` and `offset` `[channels]` with which gain · x + offset is the normalisation by given statistics. */
export function affineOf({ scale, shift }: NormaliseParams, { mean, variance }: Statistics) {
  const gain = scale.mul(np.reciprocal(np.sqrt(variance.add(EPSILON))));
  return { gain, offset: shift.sub(mean.mul(gain)) };
}

/**
 * Mean and variance over a batch. The variance is E(x − c)² − (mean − c)² with c = mean held constant: the second term and
 * its gradient are 0, but not its second derivative, so that no gradient passes through the mean of every entry.
 */
function measure(parts: readonly Tensor[], mask: Tensor, given: Statistics): Statistics {
  const { shape } = parts[0];
  const space = shape.map((_, axis) => axis).slice(1, -1);
  const { share, any } = sharesOf(mask);
  const shares = split(share.div(sizeOf(shape.slice(1, -1))), parts);
  const average = (fn: (part: Tensor) => Tensor) =>
    parts.map((part, i) => np.matmul(shares[i], np.sum(fn(part), space))).reduce((a, b) => a.add(b));
  const mean = average((part) => part);
  const centre = lax.stopGradient(mean);
  const difference = mean.sub(centre);
  const variance = average((part) => part.sub(centre).mul(part.sub(centre))).sub(difference.mul(difference));
  return { mean: np.where(any, mean, given.mean), variance: np.where(any, variance, given.variance) };
}

/**
 * Normalise a batch, in `parts` `[Nᵢ, …space, C]`, by its own statistics or the given ones.
 *
 * @returns the normalised parts and the statistics used.
 */
export function normalise(
  parts: readonly Tensor[],
  params: NormaliseParams,
  given: Statistics,
  { use, mask }: StatisticsSource,
): { parts: Tensor[]; statistics: Statistics } {
  const statistics = use === "measured" ? measure(parts, mask, given) : given;
  const { gain, offset } = affineOf(params, statistics);
  return { parts: parts.map((part) => part.mul(gain).add(offset)), statistics };
}
