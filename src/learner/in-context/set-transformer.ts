/**
 * A set transformer that learns in context (Lee, Lee, Kim, Kosiorek, Choi, Teh, 2019; in-context few-shot learning:
 * Fifty, Duan, Junkins, Amid, Leskovec, Ré, Thrun, 2024): it reads the support instead of being adapted by steps.
 *
 * The context is one token per class, the mean of its examples plus a learned vector, and one token per example. Layers of
 * attention, softmax(Q Kᵀ/√width + β S) V, and two-layer perceptrons update the tokens, where S marks pairs of the same
 * class and β is learned: no parameter belongs to a class, so any number of classes works, in any order. A query attends to
 * the context through the same layers and nothing attends to queries, so each is predicted independently.
 * logit_k = α · u(x) · u(c_k) / √width of layer-normalised tokens u.
 */

import { z } from "zod";
import { float32 } from "../../base/array.js";
import type { Random } from "../../base/random.js";
import { nn, np, type Tensor } from "../../engine/index.js";
import { constant, heLayer, lecunNormal } from "../../nn/init.js";
import { type Linear, layerNormalise, linear, relu } from "../../nn/layers.js";
import { embeddingLearner } from "../embedding.js";
import { prototypes } from "../metric/prototypes.js";
import { type Scale, scaled } from "../metric/scale.js";
import { defineLearner, type Head } from "../types.js";

const options = z.strictObject({
  /** Number of attention layers. */
  layers: z.number().int().min(1).max(12).default(2),
});

/** Attention of one head `[width, width]`, `sameClass` β `[]`, and the perceptron. */
type Layer = Readonly<Record<"query" | "key" | "value" | "out" | "sameClass", Tensor>> & {
  readonly first: Linear;
  readonly second: Linear;
};
type Params = Scale & { readonly layers: readonly Layer[]; readonly classToken: Tensor };

/** Context tokens `[way + N, width]` before each layer, their mask `[way + N]`, and the final class tokens `[way, width]`. */
type Context = { readonly tokens: readonly Tensor[]; readonly counts: Tensor; readonly classes: Tensor };

function initLayer(width: number, random: Random) {
  const square = () => lecunNormal(random, [width, width], width);
  return {
    query: square(),
    key: square(),
    value: square(),
    out: square(),
    sameClass: constant(1, []),
    first: heLayer(random, width, 2 * width),
    second: heLayer(random, 2 * width, width),
  };
}

/** `tokens` after one layer of attention to `context` with its `mask`; `bias` is added to the attention scores. */
function layer(p: Layer, tokens: Tensor, context: Tensor, mask: Tensor, bias?: Tensor): Tensor {
  const [normalised, source] = [layerNormalise(tokens), layerNormalise(context)];
  const q = np.matmul(normalised, p.query);
  const [k, v] = [np.matmul(source, p.key), np.matmul(source, p.value)];
  const scores = np.matmul(q, k.transpose()).mul(1 / Math.sqrt(normalised.shape[1]));
  const weights = nn.softmax(np.where(mask.greater(0), bias ? scores.add(bias) : scores, -1e9), -1);
  const attended = tokens.add(np.matmul(np.matmul(weights, v), p.out));
  return attended.add(linear(relu(linear(layerNormalise(attended), p.first)), p.second));
}

const inContextHead: Head<Params, Context> = {
  fit({ layers, classToken }, features, targets) {
    const { labels, mask: exampleMask, classMask } = targets;
    const membership = np.concatenate([np.eye(classMask.shape[0]), labels], 0);
    const sameClass = np.matmul(membership, membership.transpose());
    const mask = np.concatenate([classMask, exampleMask], 0);
    const tokens: Tensor[] = [];
    let current = np.concatenate([prototypes(features, targets).add(classToken), features], 0);
    for (const p of layers) {
      tokens.push(current);
      current = layer(p, current, current, mask, sameClass.mul(p.sameClass));
    }
    const classes = layerNormalise(current.slice([0, classMask.shape[0]]));
    return { tokens, counts: mask, classes };
  },

  outputs(params, { tokens, counts: mask, classes }, features) {
    const queries = params.layers.reduce((x, p, i) => layer(p, x, tokens[i], mask), features);
    const similarity = np.matmul(layerNormalise(queries), classes.transpose());
    return scaled(similarity.mul(1 / Math.sqrt(features.shape[1])), params);
  },
};

export const setTransformer = defineLearner({
  name: "set-transformer",
  summary: "classify in context by a transformer that attends to the support",
  source: "Lee, Lee, Kim, Kosiorek, Choi, Teh 2019; Fifty et al. 2024",
  options,
  tasks: ["classification"],
  certainty: "logit",
  create: ({ layers }) =>
    embeddingLearner(inContextHead, (width, random) => ({
      layers: Array.from({ length: layers }, () => initLayer(width, random)),
      classToken: lecunNormal(random, [width], width),
      logScale: float32([0], []),
    })),
});
