/**
 * FT-Transformer (Gorishniy, Rubachev, Khrulkov, Babenko, 2021): every cell of a row is a token, t_c = x_c w_c + e_j + b_c with the
 * number x_c and the vector of category j (0 for a number's), or a learned vector of the column where the cell is missing.
 * A learned token, the reader, is among them. In each layer t ← t + Σ_h softmax(Q_h K_hᵀ / √d) V_h O_h, Q = u(t) W_Q and so on, and
 * t ← t + max(0, u(t) W_1 + b_1) W_2 + b_2, where u normalises a token; the first attention reads tokens as they are. The last layer changes
 * the reader alone, and f = max(0, u(reader)) W + b.
 *
 * The paper's has a scale and a shift in u, biases in attention, gated rectifiers and dropout, and no missing cells.
 */

import { z } from "zod";
import { evenRanges } from "../base/array.js";
import { nn, np, type Tensor } from "../engine/index.js";
import { categoryCount, type TabularSpec } from "../modality/index.js";
import { heLayer, lecunNormal, uniformLayer } from "../nn/init.js";
import { type Linear, layerNormalise, linear, relu } from "../nn/layers.js";
import { defineEncoder, type Stateless, type TypedEncoder } from "./types.js";

const options = z.strictObject({
  /** Layers of attention. */
  layers: z.number().int().min(1).max(12).default(2),
  /** Heads of attention. */
  heads: z.number().int().min(1).max(64).default(4),
  /** Numbers of a token that a head has. */
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

/** Shares of attention that are computed at a time, if not of one example: 16 MB. */
const MOST_SHARES = 1 << 22;

/** What tokens [N, T, size] take up from the `context` [N, C, size] by every head. */
function attended(p: Layer, tokens: Tensor, context: Tensor, heads: number): Tensor {
  const [examples, count, size] = tokens.shape;
  const byHead = (of: Tensor, map: Tensor) =>
    np
      .matmul(of, map)
      .reshape([examples, of.shape[1], heads, size / heads])
      .transpose([0, 2, 1, 3]);
  const [q, k, v] = [byHead(tokens, p.query), byHead(context, p.key), byHead(context, p.value)];
  // Of many columns, the shares of few examples at a time: they are the largest arrays by far.
  const pieces = Math.min(examples, Math.ceil((examples * heads * count * context.shape[1]) / MOST_SHARES));
  const parts = evenRanges(examples, pieces).map((range) => {
    const [a, b, c] = pieces === 1 ? [q, k, v] : [q, k, v].map((of) => of.slice(range));
    const shares = nn.softmax(np.matmul(a, b.transpose([0, 1, 3, 2])).mul(Math.sqrt(heads / size)), -1);
    return np.matmul(shares, c);
  });
  const whole = pieces === 1 ? parts[0] : np.concatenate(parts, 0);
  return np.matmul(whole.transpose([0, 2, 1, 3]).reshape([examples, count, size]), p.out);
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
      const ofColumn = () => lecunNormal(random, [columns.length, size], 1);
      return {
        weight: ofColumn(),
        bias: ofColumn(),
        absent: ofColumn(),
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
      const [cells, there] = [0, 1].map((channel) => x.slice([], channel).reshape([examples, columns, 1]));
      const numbers = cells.mul(weight).add(bias);
      const whole = categories ? numbers.add(categories.slice(x.slice([], 2).astype(np.int32))) : numbers;
      const tokens = there.mul(whole).add(there.mul(-1).add(1).mul(absent));
      const start = np.zeros([examples, 1, size]).add(reader);
      const last = layers.reduce(
        (t, p, i) => {
          const own = i === 0 ? t : layerNormalise(t);
          const isLast = i === depth - 1;
          const [changed, seen] = isLast ? [t, own].map((of) => of.slice([], [0, 1])) : [t, own];
          const heard = changed.add(attended(p, seen, own, heads));
          return heard.add(linear(relu(linear(layerNormalise(heard), p.first)), p.second));
        },
        np.concatenate([start, tokens], 1),
      );
      const read = relu(layerNormalise(last.reshape([examples, size])));
      return { features: linear(read, out), statistics: given };
    },
  };
}

/** Rows of cells [3, columns]: numbers, presence, categories. */
export const ftTransformer = defineEncoder({
  name: "ft-transformer",
  summary: "attention among the cells of a row, each a token",
  source: "Gorishniy, Rubachev, Khrulkov, Babenko 2021",
  kind: "tabular",
  // Every token attends to every other: memory grows with the square of the columns.
  activations: ({ shape: [, columns] }, _, { heads }: z.infer<typeof options>) =>
    4 * heads * (columns + 1) ** 2,
  options,
  create,
});
