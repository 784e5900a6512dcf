/**
 * Late fusion by a product of experts (Hinton, 2002), as a logarithmic opinion pool (Genest and Zidek, 1986): each
 * modality present answers by itself, and p(k | x) ∝ Π_m p_m(k | x)^{α_m} with α = softmax over the modalities present of
 * a learned precision s_m, so that experts who agree are not more certain than one of them. Of numbers, the product of
 * Gaussians of precision α_m is one around Σ_m α_m z_m.
 *
 * The features are the modalities' side by side, [α_1 g_1(x); α_1; …; α_M g_M(x); α_M], zeros where one is absent. A
 * linear head on them is this product of linear experts, since Σ_m α_m (g_m(x) W_m + b_m) is the sum of their weighted
 * log-probabilities but for a constant; any other head is fitted to each modality by itself (learner/experts.ts).
 */

import { float32, type NDArray } from "../base/array.js";
import { np, type Tensor } from "../engine/index.js";
import { constant } from "../nn/init.js";
import { mapEach } from "./presence.js";
import { type ByModality, defineFusion } from "./types.js";
import { weightedSum } from "./weighted.js";

/** The blocks are in name order, whatever order the modalities come in. */
const inOrder = (names: readonly string[]) => [...names].sort();

/** What `apart` gives, outside programs: the rows of `fused` that have a modality, and their features. */
export function apartRows(
  { data, shape: [count, all] }: NDArray,
  modalities: readonly string[],
): ByModality<{ readonly rows: readonly number[]; readonly features: NDArray }> {
  const size = all / modalities.length;
  const experts = inOrder(modalities).map((name, m) => {
    const shareOf = (row: number) => data[row * all + (m + 1) * size - 1];
    const rows = Array.from({ length: count }, (_, row) => row).filter((row) => shareOf(row) > 0);
    const own = rows.flatMap((row) => {
      const start = row * all + m * size;
      return Array.from(data.subarray(start, start + size - 1), (x) => x / shareOf(row));
    });
    return [name, { rows, features: float32(own, [rows.length, size - 1]) }];
  });
  return Object.fromEntries(experts);
}

export const productOfExperts = defineFusion({
  name: "product-of-experts",
  summary: "each modality answers by itself; their probabilities multiply",
  source: "Hinton 2002; Genest, Zidek 1986",
  width: (modalities, width) => modalities * (width + 1),
  init: (modalities) => Object.fromEntries(modalities.map((name) => [name, constant(0, [1])])),
  fuse(params, features, present) {
    const precisions = params as ByModality<Tensor>;
    const scores = mapEach(present, (has, name) => np.zerosLike(has).add(precisions[name]));
    const { weights } = weightedSum(scores, features, present);
    const [count, width] = Object.values(features)[0].shape;
    const blocks = inOrder(Object.keys(precisions)).map((name) => {
      if (!Object.hasOwn(features, name)) return np.zeros([count, width + 1]);
      const share = weights[name].reshape([-1, 1]);
      return np.concatenate([features[name].mul(share), share], 1);
    });
    return { fused: np.concatenate(blocks, 1), weights };
  },
  apart(fused, modalities) {
    const size = fused.shape[1] / modalities.length;
    const experts = inOrder(modalities).map((name, m) => {
      const block = fused.slice([], [m * size, (m + 1) * size]);
      const share = block.slice([], [size - 1, size]);
      const own = block.slice([], [0, size - 1]).div(np.where(share.greater(0), share, 1));
      return [name, { features: own, weight: share.reshape([-1]) }];
    });
    return Object.fromEntries(experts);
  },
});
