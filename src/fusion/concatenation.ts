/**
 * Early fusion by concatenation (Ngiam et al., 2011): f(x) = [z_1; …; z_M] W with z_m = g_m(x) if modality m is present,
 * else a learned vector e_m (Parthasarathy, Sundaram, 2020).
 *
 * W is stored as one block per modality, f(x) = Σ_m z_m W_m. There is no bias, which distances to prototypes would not
 * depend on.
 */

import { np, type Tensor } from "../engine/index.js";
import { constant, lecunNormal } from "../nn/init.js";
import { equalShares, masked, total } from "./presence.js";
import { type ByModality, defineFusion } from "./types.js";

/** `weight` W_m `[width, width]` and `absent` e_m `[width]` per modality. */
type Blocks = ByModality<{ readonly weight: Tensor; readonly absent: Tensor }>;

export const concatenation = defineFusion({
  name: "concatenation",
  summary: "linear projection of concatenated embeddings, learned vectors for absent ones",
  source: "Ngiam et al. 2011; Parthasarathy, Sundaram 2020",
  init: (modalities, width, streams) =>
    Object.fromEntries(
      modalities.map((name) => [
        name,
        {
          weight: lecunNormal(streams(name), [width, width], width),
          absent: constant(0, [width]),
        },
      ]),
    ),
  fuse(blocks: Blocks, features, present) {
    const embeddings = masked(features, present);
    const terms = Object.entries(blocks).map(([name, { weight, absent }]) => {
      if (!Object.hasOwn(embeddings, name)) return np.matmul(absent.reshape([1, -1]), weight);
      const isAbsent = present[name].mul(-1).add(1).reshape([-1, 1]);
      return np.matmul(embeddings[name].add(isAbsent.mul(absent)), weight);
    });
    return { fused: total(terms), weights: equalShares(present) };
  },
});
