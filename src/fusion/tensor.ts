/**
 * Tensor fusion (Zadeh, Chen, Poria, Cambria, Morency, 2017): f(x) = ([z_1; 1] ⊗ … ⊗ [z_M; 1]) W, every product of
 * features of any subset of the modalities. An absent modality is z_m = 0, which leaves the products of the others; the
 * bias u_m of z_m = g_m(x) U_m + u_m tells it from a vector of zeros.
 *
 * The outer product has (k + 1)^M entries, so vectors are projected to factors of length k first: the
 * longest for which there are at most 1024. `low-rank` does without.
 */

import { InputError } from "../base/errors.js";
import { np, type Tensor } from "../engine/index.js";
import { constant, lecunNormal } from "../nn/init.js";
import { type Linear, linear } from "../nn/layers.js";
import { equalShares } from "./presence.js";
import { type ByModality, defineFusion } from "./types.js";

/** The most entries of the outer product. */
const LARGEST = 1024;

/** How long the factors of `count` modalities are. */
function factorLength(count: number, width: number): number {
  let k = 1;
  while (k < width && (k + 2) ** count <= LARGEST) k++;
  if ((k + 1) ** count > LARGEST) throw tooMany(count);
  return k;
}

export const tensor = defineFusion({
  name: "tensor",
  summary: "all products of features across modalities, projected",
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
  fuse(params, features, present) {
    const { factors, core } = params as { factors: ByModality<Linear>; core: Tensor };
    const count = Object.values(present)[0].shape[0];
    const one = np.ones([count, 1]);
    // The core's rows are in name order, whatever order the modalities come in.
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

const tooMany = (count: number) =>
  new InputError({
    code: "fusion/too-many-modalities",
    where: "fusion tensor",
    problem: `the product of ${count} modalities has at least ${2 ** count} entries`,
    expected: `at most ${LARGEST}, that is ${Math.log2(LARGEST)} modalities`,
    remedy: "Name fewer modalities, or use the fusion low-rank.",
  });
