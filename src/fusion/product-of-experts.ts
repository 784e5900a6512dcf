/**
 * Late fusion by a product of experts (Hinton, 2002), as a logarithmic opinion pool (Genest and Zidek, 1986): each modality
 * present predicts by itself, and p(k | x) ∝ Π_m p_m(k | x)^{α_m} with α = softmax over the modalities present of learned
 * scores s_m, so that experts that agree are not more certain than one of them. For regression, the product of Gaussians
 * of precision α_m is a Gaussian around Σ_m α_m z_m.
 *
 * The fused features are concatenated blocks [α_1 g_1(x); α_1; …; α_M g_M(x); α_M], zero for absent modalities. A linear
 * head on them is a product of linear experts, since Σ_m α_m (g_m(x) W_m + b_m) is the sum of their weighted
 * log-probabilities up to a constant. Any other head is fitted per modality (learner/experts.ts).
 */

import { float32, type NDArray } from "../base/array.js";
import { np, type Tensor } from "../engine/index.js";
import { constant } from "../nn/init.js";
import { mapEach } from "./presence.js";
import { type ByModality, defineFusion } from "./types.js";
import { weightedSum } from "./weighted.js";

/** s `[1]` per modality. */
type Scores = ByModality<Tensor>;

/** The order of blocks, which does not depend on the order of the modalities. */
const blockOrder = (names: readonly string[]) => [...names].sort();

/** {@link productOfExperts}`.split` for plain arrays: per modality, the rows of `fused` that have it and their features. */
export function splitRows(
  { data, shape: [count, fusedWidth] }: NDArray,
  modalities: readonly string[],
): ByModality<{ readonly rows: readonly number[]; readonly features: NDArray }> {
  const size = fusedWidth / modalities.length;
  const experts = blockOrder(modalities).map((name, m) => {
    const weightOf = (row: number) => data[row * fusedWidth + (m + 1) * size - 1];
    const rows = Array.from({ length: count }, (_, row) => row).filter((row) => weightOf(row) > 0);
    const features = rows.flatMap((row) => {
      const start = row * fusedWidth + m * size;
      return Array.from(data.subarray(start, start + size - 1), (x) => x / weightOf(row));
    });
    return [name, { rows, features: float32(features, [rows.length, size - 1]) }];
  });
  return Object.fromEntries(experts);
}

export const productOfExperts = defineFusion({
  name: "product-of-experts",
  summary: "late fusion: weighted product of each modality's class probabilities",
  source: "Hinton 2002; Genest, Zidek 1986",
  width: (modalities, width) => modalities * (width + 1),
  init: (modalities) => Object.fromEntries(modalities.map((name) => [name, constant(0, [1])])),
  fuse(params: Scores, features, present) {
    const scores = mapEach(present, (mask, name) => np.zerosLike(mask).add(params[name]));
    const { weights } = weightedSum(scores, features, present);
    const [count, width] = Object.values(features)[0].shape;
    const blocks = blockOrder(Object.keys(params)).map((name) => {
      if (!Object.hasOwn(features, name)) return np.zeros([count, width + 1]);
      const weight = weights[name].reshape([-1, 1]);
      return np.concatenate([features[name].mul(weight), weight], 1);
    });
    return { fused: np.concatenate(blocks, 1), weights };
  },
  split(fused, modalities) {
    const size = fused.shape[1] / modalities.length;
    const experts = blockOrder(modalities).map((name, m) => {
      const block = fused.slice([], [m * size, (m + 1) * size]);
      const weight = block.slice([], [size - 1, size]);
      const features = block.slice([], [0, size - 1]).div(np.where(weight.greater(0), weight, 1));
      return [name, { features, weight: weight.reshape([-1]) }];
    });
    return Object.fromEntries(experts);
  },
});
