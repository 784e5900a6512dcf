/**
 * FT-Transformer (Gorishniy, Rubachev, Khrulkov, Babenko, 2021): one token per cell of a row, t_c = x_c w_c + e_j + b_c with
 * the value x_c and the embedding e_j of category j (0 in numeric columns), or a learned vector per column if the cell is
 * missing; and a learned class token, here `reader`. Each layer computes t ← t + Σ_h softmax(Q_h K_hᵀ / √d) V_h O_h with
 * Q = u(t) W_Q and so on, then t ← t + max(0, u(t) W_1 + b_1) W_2 + b_2, where u is layer normalisation, omitted before the
 * first attention. The last layer updates the class token only, and f = max(0, u(reader)) W + b.
 *
 * Deviations: the paper has a learned scale and shift in u, biases in attention, ReGLU activations and dropout, and no
 * missing cells.
 */

import { z } from "zod";
import { evenRanges } from "../base/array.js";
import { nn, np, type Tensor } from "../engine/index.js";
import { categoryCount, type TabularSpec } from "../modality/index.js";
import { heLayer, lecunNormal, uniformLayer } from "../nn/init.js";
import { type Linear, layerNormalise, linear, relu } from "../nn/layers.js";
import { defineEncoder, type Stateless, type TypedEncoder } from "./types.js";

const options = z.strictObject({
  /** Number of layers. */
  layers: z.number().int().min(1).max(12).default(2),
  /** Attention heads per layer. */
  heads: z.number().int().min(1).max(64).default(4),
  /** Features per head; a token has `heads` times as many. */
  features: z.number().int().min(2).max(256).default(8),
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

/** Attention weights computed at a time, 16 MB; more if one example has more. */
const MAX_WEIGHTS = 1 << 22;

/** Multi-head attention of `tokens` `[N, T, size]` to `context` `[N, C, size]`: `[N, T, size]`. */
function attention(p: Layer, tokens: Tensor, context: Tensor, heads: number): Tensor {
  const [examples, count, size] = tokens.shape;
  const byHead = (x: Tensor, projection: Tensor) =>
    np
      .matmul(x, projection)
      .reshape([examples, x.shape[1], heads, size / heads])
      .transpose([0, 2, 1, 3]);
  const [q, k, v] = [byHead(tokens, p.query), byHead(context, p.key), byHead(context, p.value)];
  // The weights are by far the largest arrays: with many columns, those of a few examples are computed at a time.
  const pieces = Math.min(examples, Math.ceil((examples * heads * count * context.shape[1]) / MAX_WEIGHTS));
  const parts = evenRanges(examples, pieces).map((range) => {
    const [a, b, c] = pieces === 1 ? [q, k, v] : [q, k, v].map((x) => x.slice(range));
    const weights = nn.softmax(np.matmul(a, b.transpose([0, 1, 3, 2])).mul(Math.sqrt(heads / size)), -1);
    return np.matmul(weights, c);
  });
  const joined = pieces === 1 ? parts[0] : np.concatenate(parts, 0);
  return np.matmul(joined.transpose([0, 2, 1, 3]).reshape([examples, count, size]), p.out);
}

function create({
  layers: depth,
  heads,
  features,
}: z.infer<typeof options>): TypedEncoder<Params, Stateless, TabularSpec> {
  const size = heads * features;
  const square = [size, size];
  return {
    init({ columns }, width, random) {
      const count = categoryCount(columns);
      const perColumn = () => lecunNormal(random, [columns.length, size], 1);
      return {
        weight: perColumn(),
        bias: perColumn(),
        absent: perColumn(),
        ...(count > 0 && { categories: lecunNormal(random, [1 + count, size], 1) }),
        reader: lecunNormal(random, [size], 1),
        layers: Array.from({ length: depth }, () => ({
          query: lecunNormal(random, square, size),
          key: lecunNormal(random, square, size),
          value: lecunNormal(random, square, size),
          out: lecunNormal(random, square, size),
          first: heLayer(random, size, 2 * size),
          second: uniformLayer(random, 2 * size, size),
        })),
        out: uniformLayer(random, size, width),
      };
    },

    initState: () => ({}),

    encode({ weight, bias, absent, categories, reader, layers, out }, x, given) {
      const [examples, , columns] = x.shape;
      const [cells, present] = [0, 1].map((channel) => x.slice([], channel).reshape([examples, columns, 1]));
      const numeric = cells.mul(weight).add(bias);
      const values = categories ? numeric.add(categories.slice(x.slice([], 2).astype(np.int32))) : numeric;
      const tokens = present.mul(values).add(present.mul(-1).add(1).mul(absent));
      const classToken = np.zeros([examples, 1, size]).add(reader);
      const last = layers.reduce(
        (t, p, i) => {
          const normalised = i === 0 ? t : layerNormalise(t);
          const isLast = i === depth - 1;
          const [residual, queries] = isLast
            ? [t, normalised].map((x) => x.slice([], [0, 1]))
            : [t, normalised];
          const attended = residual.add(attention(p, queries, normalised, heads));
          return attended.add(linear(relu(linear(layerNormalise(attended), p.first)), p.second));
        },
        np.concatenate([classToken, tokens], 1),
      );
      const hidden = relu(layerNormalise(last.reshape([examples, size])));
      return { features: linear(hidden, out), statistics: given };
    },
  };
}

/** Rows `[3, columns]`: values, presence mask, category indices. */
export const ftTransformer = defineEncoder({
  name: "ft-transformer",
  summary: "transformer over the cells of a row, one token per cell",
  source: "Gorishniy, Rubachev, Khrulkov, Babenko 2021",
  kind: "tabular",
  // Every token attends to every other: memory is quadratic in the number of columns.
  activations: ({ shape: [, columns] }, _, { heads }: z.infer<typeof options>) =>
    4 * heads * (columns + 1) ** 2,
  options,
  create,
});
