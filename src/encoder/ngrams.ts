/**
 * A bag of n-grams (Bojanowski, Grave, Joulin, Mikolov, 2017): h = √width Σ_i w_i e_i over the features of a text, e a
 * learned vector a bucket, then f = h + max(0, h U + c) V + b.
 *
 * The weights w are of length 1, the entries of e of variance 1 / width at first and V next to nothing, so that an untrained f is
 * a random projection of tf-idf: its cosines are those of tf-idf within about 1 / √width (Johnson, Lindenstrauss, 1984),
 * and training starts from what tf-idf knows. A width of 256 and more is worth having, and so is a learner of cosines
 * (`nearest-centroid`).
 */

import { z } from "zod";
import { np, type Tensor } from "../engine/index.js";
import type { TextSpec } from "../modality/index.js";
import { heLayer, lecunNormal } from "../nn/init.js";
import { type Branch, initBranch, withBranch } from "../nn/residual.js";
import { defineEncoder, type Stateless, type TypedEncoder } from "./types.js";

const options = z.strictObject({
  /** Size of the hidden layer; 0 for none. */
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

/** Texts [2, features]: bucket numbers and weights. */
export const ngrams = defineEncoder({
  name: "ngrams",
  summary: "a learned vector for each word and n-gram of a text, weighed and added",
  source: "Bojanowski, Grave, Joulin, Mikolov 2017",
  kind: "text",
  options,
  create,
});
