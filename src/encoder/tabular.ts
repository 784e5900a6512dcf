/**
 * A multilayer perceptron over the cells of a row, with entity embeddings of categories (Guo and Berkhahn, 2016):
 * f = MLP([x, p, e_1, …, e_C]) with the values x, the presence mask p and the embedding e_c of the category in column c.
 */

import { z } from "zod";
import { np, type Tensor } from "../engine/index.js";
import { categoryCount, type TabularSpec } from "../modality/index.js";
import { lecunNormal, uniformLayer } from "../nn/init.js";
import { type Linear, linear, relu } from "../nn/layers.js";
import { defineEncoder, type Stateless, type TypedEncoder } from "./types.js";

const options = z.strictObject({
  /** Units of the hidden layer. */
  hidden: z.number().int().min(1).max(4096).default(256),
  /** Features of a category's embedding. */
  features: z.number().int().min(1).max(256).default(8),
});

type Params = { readonly hidden: Linear; readonly out: Linear; readonly categories?: Tensor };

function create({ hidden, features }: z.infer<typeof options>): TypedEncoder<Params, Stateless, TabularSpec> {
  return {
    init({ columns }, width, random) {
      const count = categoryCount(columns);
      const inputs = columns.length * (count > 0 ? 2 + features : 2);
      return {
        hidden: uniformLayer(random, inputs, hidden),
        out: uniformLayer(random, hidden, width),
        ...(count > 0 && { categories: lecunNormal(random, [1 + count, features], 1) }),
      };
    },

    initState: () => ({}),

    encode({ hidden: first, out, categories }, x, given) {
      const [examples] = x.shape;
      const cells = x.slice([], [0, 2]).reshape([examples, -1]);
      const vectors = categories?.slice(x.slice([], 2).astype(np.int32)).reshape([examples, -1]);
      const all = vectors ? np.concatenate([cells, vectors], 1) : cells;
      return { features: linear(relu(linear(all, first)), out), statistics: given };
    },
  };
}

/** Rows `[3, columns]`: values, presence mask, category indices. */
export const tabular = defineEncoder({
  name: "tabular",
  summary: "multilayer perceptron over values, presence mask and category embeddings",
  source: "Guo, Berkhahn 2016",
  kind: "tabular",
  options,
  create,
});
