/**
 * A bag of n-grams (Bojanowski, Grave, Joulin, Mikolov, 2017): h = Σ_i w_i e_i over the features of a text, e a learned
 * vector a bucket, then f = [h, max(0, h U + c)] W + b.
 *
 * The weights w are of length 1 and the entries of e of variance 1 at first, so that an untrained h is a random
 * projection of tf-idf: its cosines are those of tf-idf, roughly.
 */

import { z } from "zod";
import { np, type Tensor, type Tensors } from "../engine/index.js";
import type { TextSpec } from "../modality/index.js";
import { constant, heNormal, lecunNormal } from "../nn/init.js";
import { type Linear, linear, rectify } from "../nn/layers.js";
import type { Encoder, EncoderMethod } from "./types.js";

const options = z.strictObject({
  /** Numbers a feature's vector has. */
  features: z.number().int().min(1).max(1024).default(128),
  /** Size of the hidden layer. */
  hidden: z.number().int().min(1).max(4096).default(128),
});

type Params = { readonly table: Tensor; readonly hidden: Linear; readonly out: Linear };

function create({ features, hidden }: z.infer<typeof options>): Encoder {
  return {
    init(spec, width, random) {
      const buckets = (spec as TextSpec).idf.length;
      const all = features + hidden;
      return {
        table: lecunNormal(random, [buckets, features], 1),
        hidden: { weight: heNormal(random, [features, hidden], features), bias: constant(0, [hidden]) },
        out: { weight: lecunNormal(random, [all, width], all), bias: constant(0, [width]) },
      };
    },

    initState: () => ({}),

    encode(params, x, given) {
      const { table, hidden, out } = params as unknown as Params;
      const [examples, , length] = x.shape;
      const [buckets, weights] = [x.slice([], 0), x.slice([], [1, 2])];
      const vectors = table.slice(buckets.astype(np.int32));
      const h = np.matmul(weights.reshape([examples, 1, length]), vectors).reshape([examples, -1]);
      const all = np.concatenate([h, rectify(linear(h, hidden))], 1);
      return { features: linear(all, out), statistics: given as Tensors };
    },
  };
}

/** Texts [2, features]: bucket numbers and weights. */
export const ngrams: EncoderMethod = {
  name: "ngrams",
  summary: "a learned vector for each word and n-gram of a text, weighed and added",
  source: "Bojanowski, Grave, Joulin, Mikolov 2017",
  kind: "text",
  options,
  create,
};
