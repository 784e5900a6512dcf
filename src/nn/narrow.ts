/**
 * The standard block where the convolution sees few entries, as on an image's one or three colours: y = P w, with a row
 * of P for what the kernel sees at a place.
 *
 * The statistics of y follow from those of P, which are as small as the kernel: mean(y) = mean(P) w and
 * var(y) = wᵀ Cov(P) w. So normalisation is folded into the kernel, y · gain + offset = [P, 1] [w · gain; offset], and
 * y, which is the largest array of the network, is never measured.
 */

import { evenRanges, indicesOf, sizeOf } from "../base/array.js";
import { np, type Tensor } from "../engine/index.js";
import { halve, rectify } from "./layers.js";
import {
  affineOf,
  divided,
  type NormaliseParams,
  type Statistics,
  type StatisticsSource,
  sharesOf,
} from "./normalise.js";

/** Entries that a narrow kernel sees at most: covariances of more cost more than they save. */
const NARROW = 32;
/** Entries of y that are computed at a time: 1 MB, which stay in the cache; more where one example has more. */
const AT_A_TIME = 1 << 18;

/** Whether a kernel [K, C, …kernel] sees few entries. */
export const isNarrow = (weight: Tensor) => sizeOf(weight.shape.slice(1)) <= NARROW;

/** What a kernel of width 3 sees at every place, and a one: [N, …space, C] gives [N, …space, 3^dims · C + 1]. */
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

/** Mean [E] and covariance [E, E] of what the kernel sees, over all places of the examples that count. */
function momentsOf(parts: readonly Tensor[], share: Tensor): { mean: Tensor; covariance: Tensor } {
  const shares = divided(share, parts);
  const sum = (of: (rows: Tensor, each: Tensor) => Tensor) =>
    parts.map((part, i) => of(part, shares[i])).reduce((a, b) => a.add(b));
  const mean = sum((part, each) => np.matmul(each, np.mean(part, part.shape.map((_, i) => i).slice(1, -1))));
  const covariance = sum((part, each) => {
    const size = part.shape[part.ndim - 1];
    const weighted = each.div(sizeOf(part.shape.slice(1, -1))).reshape([-1, ...Array(part.ndim - 1).fill(1)]);
    const off = part.sub(mean);
    return np.matmul(off.mul(weighted).reshape([-1, size]).transpose(), off.reshape([-1, size]));
  });
  return { mean, covariance };
}

/** Parts of a batch, [Nᵢ, …space, C], give [Nᵢ, …⌊space / 2⌋, K]. */
export function narrowBlock(
  parts: readonly Tensor[],
  params: NormaliseParams & { readonly weight: Tensor },
  given: Statistics,
  { use, counts }: StatisticsSource,
): { parts: Tensor[]; statistics: Statistics } {
  const [channels, , ...kernel] = params.weight.shape;
  const seen = parts.map(patches);
  const places = params.weight.transpose([...kernel.map((_, i) => i + 2), 1, 0]).reshape([-1, channels]);
  const w = np.concatenate([places, np.zeros([1, channels])], 0);
  const measure = (): Statistics => {
    const { share, any } = sharesOf(counts);
    const { mean, covariance } = momentsOf(seen, share);
    return {
      mean: np.where(any, np.matmul(mean, w), given.mean),
      variance: np.where(any, np.sum(w.mul(np.matmul(covariance, w)), 0), given.variance),
    };
  };
  const statistics = use === "measured" ? measure() : given;
  const { gain, offset } = affineOf(params, statistics);
  const folded = np.concatenate([places.mul(gain), offset.reshape([1, -1])], 0);
  const respond = (rows: Tensor) => halve(rectify(np.matmul(rows, folded)));
  return { parts: seen.map((part) => piecewise(part, channels, respond)), statistics };
}

/** `fn` of some examples at a time, joined. */
function piecewise(x: Tensor, channels: number, fn: (x: Tensor) => Tensor): Tensor {
  const entries = sizeOf(x.shape.slice(1, -1)) * channels;
  const count = Math.min(x.shape[0], Math.ceil((x.shape[0] * entries) / AT_A_TIME));
  if (count === 1) return fn(x);
  return np.concatenate(
    evenRanges(x.shape[0], count).map((range) => fn(x.slice(range))),
    0,
  );
}
