/**
 * A set transformer that learns in context (Lee, Lee, Kim, Kosiorek, Choi, Teh, 2019; in-context few-shot learning:
 * Fifty, Duan, Junkins, Amid, Leskovec, Ré, Thrun, 2024): no step adapts it, it reads the support.
 *
 * The context is a token a class, its examples' mean plus a learned vector, and a token an example. Layers of
 * attention, softmax(Q Kᵀ/√width + β S) V, and two-layer perceptrons change tokens, where S says which are of one class
 * and β is learned: no parameter belongs to a class, so there may be any number, in any order. A query reads the
 * context through the same layers, and nobody reads queries: each is answered alone.
 * logit_k = α · u(x) · u(c_k) / √width of normalised tokens u.
 */

import { z } from "zod";
import { type Arrays, float32 } from "../../base/array.js";
import type { Random } from "../../base/random.js";
import { nn, np, type Tensor } from "../../engine/index.js";
import { constant, heLayer, lecunNormal } from "../../nn/init.js";
import { type Linear, layerNormalise, linear, rectify } from "../../nn/layers.js";
import { embeddingLearner } from "../embedding.js";
import { prototypes } from "../metric/prototypes.js";
import { scaled } from "../metric/scale.js";
import { defineLearner, type Head } from "../types.js";

const options = z.strictObject({
  /** Layers of attention. */
  layers: z.number().int().min(1).max(12).default(2),
});
export type SetTransformerOptions = z.infer<typeof options>;

type Layer = Readonly<Record<"query" | "key" | "value" | "out" | "sameClass", Tensor>> & {
  readonly first: Linear;
  readonly second: Linear;
};
type Params = { readonly layers: readonly Layer[]; readonly classToken: Tensor };
/** Context tokens [way + N, width] before each layer, which of them exist [way + N], and class tokens at the end. */
type Context = { readonly tokens: readonly Tensor[]; readonly counts: Tensor; readonly classes: Tensor };

const initLayer = (width: number, random: Random) => ({
  ...Object.fromEntries(
    ["query", "key", "value", "out"].map((name) => [name, lecunNormal(random, [width, width], width)]),
  ),
  sameClass: constant(1, []),
  first: heLayer(random, width, 2 * width),
  second: heLayer(random, 2 * width, width),
});

/** `tokens` after a layer that reads `context`, of which those with `counts` 1 exist; `bias` adds to the attention. */
function layer(p: Layer, tokens: Tensor, context: Tensor, counts: Tensor, bias?: Tensor): Tensor {
  const [own, read] = [layerNormalise(tokens), layerNormalise(context)];
  const [q, k, v] = [np.matmul(own, p.query), np.matmul(read, p.key), np.matmul(read, p.value)];
  const fit = np.matmul(q, k.transpose()).mul(1 / Math.sqrt(own.shape[1]));
  const weights = nn.softmax(np.where(counts.greater(0), bias ? fit.add(bias) : fit, -1e9), -1);
  const attended = tokens.add(np.matmul(np.matmul(weights, v), p.out));
  return attended.add(linear(rectify(linear(layerNormalise(attended), p.first)), p.second));
}

/** Keeps a {@link Context}. */
const inContext: Head = {
  fit(params, features, targets) {
    const { layers, classToken } = params as Params;
    const { labels, counts, ways } = targets;
    const classOf = np.concatenate([np.eye(ways.shape[0]), labels], 0);
    const sameClass = np.matmul(classOf, classOf.transpose());
    const exists = np.concatenate([ways, counts], 0);
    const tokens = [np.concatenate([prototypes(features, targets).add(classToken), features], 0)];
    for (const p of layers)
      tokens.push(layer(p, tokens.at(-1)!, tokens.at(-1)!, exists, sameClass.mul(p.sameClass)));
    const classes = layerNormalise(tokens.pop()!.slice([0, ways.shape[0]]));
    return { tokens, counts: exists, classes };
  },

  outputs(params, fitted, features) {
    const { tokens, counts, classes } = fitted as unknown as Context;
    const { layers } = params as Params;
    const read = layers.reduce((queries, p, i) => layer(p, queries, tokens[i], counts), features);
    const similarity = np.matmul(layerNormalise(read), classes.transpose());
    return scaled(similarity.mul(1 / Math.sqrt(features.shape[1])), params);
  },
};

export const setTransformer = defineLearner({
  name: "set-transformer",
  summary: "a transformer reads the support in context; nothing is fitted",
  source: "Lee, Lee, Kim, Kosiorek, Choi, Teh 2019; Fifty et al. 2024",
  options,
  tasks: ["classification"],
  certainty: "logit",
  create: ({ layers }: SetTransformerOptions) =>
    embeddingLearner(
      inContext,
      (width, random): Arrays => ({
        layers: Array.from({ length: layers }, () => initLayer(width, random)),
        classToken: lecunNormal(random, [width], width),
        logScale: float32([0], []),
      }),
    ),
});
