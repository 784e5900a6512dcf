/**
 * The standard block for a convolution with few inputs, such as the one or three channels of an image: y = P w, with one
 * row of P per patch under the kernel.
 *
 * The statistics of y follow from those of P, which are as small as the kernel: mean(y) = mean(P) w and
 * var(y) = wᵀ Cov(P) w. So normalisation is folded into the kernel, y · gain + offset = [P, 1] [w · gain; offset], without
 * reading y, the largest array of the network, a second time.
 */

import { evenRanges, indicesOf, sizeOf } from "../base/array.js";
import { np, type Tensor } from "../engine/index.js";
import { maxPool, relu } from "./layers.js";
import {
  affineOf,
  type NormaliseParams,
  type Statistics,
  type StatisticsSource,
  sharesOf,
  split,
} from "./normalise.js";

/** Largest number of inputs of a narrow kernel: larger covariances cost more than they save. */
const MAX_INPUTS = 32;
/** Entries of y computed at a time: 1 MB, which fits the cache; more if one example has more. */
const CHUNK_ENTRIES = 1 << 18;

/** Whether a kernel `[K, C, …kernel]` has few inputs. */
export const isNarrow = (weight: Tensor) => sizeOf(weight.shape.slice(1)) <= MAX_INPUTS;

/** The patch under a kernel of width 3 at every position, and a one: `[N, …space, C]` to `[N, …space, 3^dims · C + 1]`. */
function patches(x: Tensor): Tensor {
  const space = x.shape.slice(1, -1);
  const around = np.pad(x, [[0, 0], ...space.map((): [number, number] => [1, 1]), [0, 0]]);
  const views = indicesOf(space.map(() => 3)).map((place) =>
    around.slice([], ...place.map((first, axis): [number, number] => [first, first + space[axis]])),
  );
  // Folds to the number 1 when lowered; as an array of ones, jax-js would compute every entry while tracing.
  const one = x
    .slice([], ...space.map((): [] => []), [0, 1])
    .mul(0)
    .add(1);
  return np.concatenate([...views, one], -1);
}

/** Mean `[E]` and covariance `[E, E]` of patches over all positions, with the weights `share` `[N]` of the examples. */
function momentsOf(parts: readonly Tensor[], share: Tensor): { mean: Tensor; covariance: Tensor } {
  const shares = split(share, parts);
  const sum = (fn: (rows: Tensor, each: Tensor) => Tensor) =>
    parts.map((part, i) => fn(part, shares[i])).reduce((a, b) => a.add(b));
  const mean = sum((part, each) => np.matmul(each, np.mean(part, part.shape.map((_, i) => i).slice(1, -1))));
  const covariance = sum((part, each) => {
    const size = part.shape[part.ndim - 1];
    const weighted = each.div(sizeOf(part.shape.slice(1, -1))).reshape([-1, ...Array(part.ndim - 1).fill(1)]);
    const centred = part.sub(mean);
    return np.matmul(centred.mul(weighted).reshape([-1, size]).transpose(), centred.reshape([-1, size]));
  });
  return { mean, covariance };
}

/** The block on the `parts` `[Nᵢ, …space, C]` of a batch: `[Nᵢ, …⌊space / 2⌋, K]` each, and the statistics used. */
export function narrowBlock(
  parts: readonly Tensor[],
  params: NormaliseParams & { readonly weight: Tensor },
  given: Statistics,
  { use, mask }: StatisticsSource,
): { parts: Tensor[]; statistics: Statistics } {
  const [channels, , ...kernel] = params.weight.shape;
  const patchesOfParts = parts.map(patches);
  const kernelRows = params.weight.transpose([...kernel.map((_, i) => i + 2), 1, 0]).reshape([-1, channels]);
  const w = np.concatenate([kernelRows, np.zeros([1, channels])], 0);
  const measure = (): Statistics => {
    const { share, any } = sharesOf(mask);
    const { mean, covariance } = momentsOf(patchesOfParts, share);
    return {
      mean: np.where(any, np.matmul(mean, w), given.mean),
      variance: np.where(any, np.sum(w.mul(np.matmul(covariance, w)), 0), given.variance),
    };
  };
  const statistics = use === "measured" ? measure() : given;
  const { gain, offset } = affineOf(params, statistics);
  const folded = np.concatenate([kernelRows.mul(gain), offset.reshape([1, -1])], 0);
  const respond = (rows: Tensor) => maxPool(relu(np.matmul(rows, folded)));
  return { parts: patchesOfParts.map((part) => piecewise(part, channels, respond)), statistics };
}

/** Apply `fn` to a few examples at a time and concatenate. */
function piecewise(x: Tensor, channels: number, fn: (x: Tensor) => Tensor): Tensor {
  const entries = sizeOf(x.shape.slice(1, -1)) * channels;
  const count = Math.min(x.shape[0], Math.ceil((x.shape[0] * entries) / CHUNK_ENTRIES));
  if (count === 1) return fn(x);
  return np.concatenate(
    evenRanges(x.shape[0], count).map((range) => fn(x.slice(range))),
    0,
  );
}
