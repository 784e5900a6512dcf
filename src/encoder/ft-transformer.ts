/**
 * FT-Transformer (Gorishniy, Rubachev, Khrulkov, Babenko, 2021): every cell of a row is a token, t_c = x_c w_c + e_k + b_c with the
 * number x_c and the vector of its category k, or a learned vector of the column where the cell is missing. A learned token
 * reads them through layers of attention among all, t ← t + Σ_heads softmax(Q Kᵀ/√k) V, and perceptrons; f = max(0, u(t)) W + b of
 * that token at the end, u normalised. Normalisation comes before each part but the first attention, as in the paper.
 */

import { z } from "zod";
import type { Arrays } from "../base/array.js";
import { nn, np, type Tensor, type Tensors } from "../engine/index.js";
import type { TabularSpec } from "../modality/index.js";
import { constant, heNormal, lecunNormal, uniformLayer } from "../nn/init.js";
import { type Linear, layerNormalise, linear, rectify } from "../nn/layers.js";
import { categoriesOf } from "./tabular.js";
import type { Encoder, EncoderMethod } from "./types.js";

const options = z
  .strictObject({
    /** Layers of attention. */
    layers: z.number().int().min(1).max(12).default(2),
    /** Numbers a token has. */
    features: z.number().int().min(1).max(1024).default(32),
    /** Heads of attention; they share the token's numbers. */
    heads: z.number().int().min(1).max(64).default(4),
  })
  .refine(({ features, heads }) => features % heads === 0, {
    path: ["features"],
    message: "a multiple of heads",
  });

type Layer = Readonly<Record<"query" | "key" | "value" | "out", Tensor>> & {
  readonly first: Linear;
  readonly second: Linear;
};
type Params = {
  readonly weight: Tensor;
  readonly bias: Tensor;
  readonly absent: Tensor;
  readonly categories?: Tensor;
  readonly reader: Tensor;
  readonly layers: readonly Layer[];
  readonly out: Linear;
};

/** What tokens [N, T, features] take up from each other, by every head. */
function attended(p: Layer, tokens: Tensor, heads: number): Tensor {
  const [examples, count, features] = tokens.shape;
  const each = features / heads;
  const ofHeads = (map: Tensor) =>
    np.matmul(tokens, map).reshape([examples, count, heads, each]).transpose([0, 2, 1, 3]);
  const [q, k, v] = [ofHeads(p.query), ofHeads(p.key), ofHeads(p.value)];
  const shares = nn.softmax(np.matmul(q, k.transpose([0, 1, 3, 2])).mul(1 / Math.sqrt(each)), -1);
  const joined = np.matmul(shares, v).transpose([0, 2, 1, 3]).reshape([examples, count, features]);
  return np.matmul(joined, p.out);
}

function create({ layers, features, heads }: z.infer<typeof options>): Encoder {
  const square = [features, features];
  return {
    init(spec, width, random): Arrays {
      const { columns } = spec as TabularSpec;
      const count = categoriesOf(columns);
      const ofColumn = () => lecunNormal(random, [columns.length, features], 1);
      return {
        weight: ofColumn(),
        bias: ofColumn(),
        absent: ofColumn(),
        ...(count > 0 && { categories: lecunNormal(random, [1 + count, features], 1) }),
        reader: lecunNormal(random, [features], 1),
        layers: Array.from({ length: layers }, () => ({
          query: lecunNormal(random, square, features),
          key: lecunNormal(random, square, features),
          value: lecunNormal(random, square, features),
          out: lecunNormal(random, square, features),
          first: {
            weight: heNormal(random, [features, 2 * features], features),
            bias: constant(0, [2 * features]),
          },
          second: uniformLayer(random, 2 * features, features),
        })),
        out: uniformLayer(random, features, width),
      };
    },

    initState: () => ({}),

    encode(params, x, given) {
      const { weight, bias, absent, categories, reader, layers, out } = params as unknown as Params;
      const [examples, , columns] = x.shape;
      const [cells, there] = [0, 1].map((channel) => x.slice([], channel).reshape([examples, columns, 1]));
      const numbers = cells.mul(weight).add(bias);
      const whole = categories ? numbers.add(categories.slice(x.slice([], 2).astype(np.int32))) : numbers;
      const tokens = there.mul(whole).add(there.mul(-1).add(1).mul(absent));
      const all = np.concatenate([np.zeros([examples, 1, features]).add(reader), tokens], 1);
      const last = layers.reduce((t, p, i) => {
        const heard = t.add(attended(p, i === 0 ? t : layerNormalise(t), heads));
        return heard.add(linear(rectify(linear(layerNormalise(heard), p.first)), p.second));
      }, all);
      const read = last.slice([], 0);
      return { features: linear(rectify(layerNormalise(read)), out), statistics: given as Tensors };
    },
  };
}

/** Rows of cells [3, columns]: numbers, presence, categories. */
export const ftTransformer: EncoderMethod = {
  name: "ft-transformer",
  summary: "attention among the cells of a row, each a token",
  source: "Gorishniy, Rubachev, Khrulkov, Babenko 2021",
  kind: "tabular",
  options,
  create,
};
