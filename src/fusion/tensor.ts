/**
 * Tensor fusion (Zadeh, Chen, Poria, Cambria, Morency, 2017): f(x) = ([z_1; 1] ⊗ … ⊗ [z_M; 1]) W, all products of features
 * of any subset of the modalities, with z_m = g_m(x) U_m + u_m. An absent modality is z_m = 0, which leaves the products of
 * the others; the bias u_m distinguishes it from a zero embedding.
 *
 * The outer product has (k + 1)^M entries, so embeddings are projected to factors of length k first, the largest for which
 * there are at most 1024 entries. `low-rank` has no such limit.
 */

import { InputError } from "../base/errors.js";
import { np, type Tensor } from "../engine/index.js";
import { constant, lecunNormal } from "../nn/init.js";
import { type Linear, linear } from "../nn/layers.js";
import { equalShares } from "./presence.js";
import { type ByModality, defineFusion } from "./types.js";

/** Maximal number of entries of the outer product. */
const MAX_ENTRIES = 1024;

/** `factors` U and u per modality, `core` W `[(k + 1)^M, width]`. */
type Params = { readonly factors: ByModality<Linear>; readonly core: Tensor };

/** The length k of the factors of `count` modalities. */
function factorLength(count: number, width: number): number {
  let k = 1;
  while (k < width && (k + 2) ** count <= MAX_ENTRIES) k++;
  if ((k + 1) ** count > MAX_ENTRIES) throw tooManyModalities(count);
  return k;
}

export const tensor = defineFusion({
  name: "tensor",
  summary: "linear projection of the outer product of all modalities' embeddings",
  source: "Zadeh, Chen, Poria, Cambria, Morency 2017",
  init(modalities, width, streams) {
    const k = factorLength(modalities.length, width);
    const entries = (k + 1) ** modalities.length;
    return {
      factors: Object.fromEntries(
        modalities.map((name) => [
          name,
          { weight: lecunNormal(streams("factor", name), [width, k], width), bias: constant(0, [k]) },
        ]),
      ),
      core: lecunNormal(streams("core"), [entries, width], entries),
    };
  },
  fuse({ factors, core }: Params, features, present) {
    const count = Object.values(present)[0].shape[0];
    const one = np.ones([count, 1]);
    // The core's rows are in name order, which does not depend on the order of the modalities.
    const product = Object.keys(factors)
      .sort()
      .reduce((outer, name) => {
        const k = factors[name].bias.shape[0];
        const z = Object.hasOwn(features, name)
          ? linear(features[name], factors[name]).mul(present[name].reshape([-1, 1]))
          : np.zeros([count, k]);
        const extended = np.concatenate([z, one], 1).reshape([count, 1, k + 1]);
        return outer.reshape([count, -1, 1]).mul(extended).reshape([count, -1]);
      }, one);
    return { fused: np.matmul(product, core), weights: equalShares(present) };
  },
});

const tooManyModalities = (count: number) =>
  new InputError({
    code: "fusion/too-many-modalities",
    where: "fusion tensor",
    problem: `the product of ${count} modalities has at least ${2 ** count} entries`,
    expected: `at most ${MAX_ENTRIES}, that is ${Math.log2(MAX_ENTRIES)} modalities`,
    remedy: "Name fewer modalities, or use the fusion low-rank.",
  });
