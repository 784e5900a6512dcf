/**
 * A bag of n-grams (Bojanowski, Grave, Joulin, Mikolov, 2017): h = √width Σ_i w_i e_i over the features of a text, with one
 * learned vector e per bucket, then f = h + max(0, h U + c) V + b.
 *
 * The tf-idf weights w have unit norm; initially, entries of e have variance 1 / width and V is close to zero. An untrained f
 * is therefore a random projection of tf-idf, whose cosine similarities it keeps within about 1 / √width (Johnson,
 * Lindenstrauss, 1984). A width of at least 256 and a learner with cosine similarities (`nearest-centroid`) suit it best.
 */

import { z } from "zod";
import { np, type Tensor } from "../engine/index.js";
import type { TextSpec } from "../modality/index.js";
import { heLayer, lecunNormal } from "../nn/init.js";
import { type Branch, initBranch, withBranch } from "../nn/residual.js";
import { defineEncoder, type Stateless, type TypedEncoder } from "./types.js";

const options = z.strictObject({
  /** Hidden units of the residual branch; 0 for no branch. */
  hidden: z.number().int().min(0).max(4096).default(128),
});

type Params = { readonly table: Tensor; readonly branch?: Branch };

function create({ hidden }: z.infer<typeof options>): TypedEncoder<Params, Stateless, TextSpec> {
  return {
    init({ idf }, width, random) {
      const table = lecunNormal(random, [idf.length, width], width);
      if (hidden === 0) return { table };
      return { table, branch: initBranch(random, heLayer(random, width, hidden), width) };
    },

    initState: () => ({}),

    encode({ table, branch }, x, given) {
      const [examples, , length] = x.shape;
      const [buckets, weights] = [x.slice([], 0), x.slice([], [1, 2])];
      const vectors = table.slice(buckets.astype(np.int32));
      const sum = np.matmul(weights.reshape([examples, 1, length]), vectors).reshape([examples, -1]);
      const h = sum.mul(Math.sqrt(table.shape[1]));
      return { features: withBranch(h, h, branch), statistics: given };
    },
  };
}

/** Texts `[2, features]`: bucket indices and tf-idf weights. */
export const ngrams = defineEncoder({
  name: "ngrams",
  summary: "tf-idf-weighted sum of learned word and n-gram embeddings",
  source: "Bojanowski, Grave, Joulin, Mikolov 2017",
  kind: "text",
  options,
  create,
});
