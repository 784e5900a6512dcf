/**
 * Multilayer perceptron (Rumelhart, Hinton, Williams, 1986) with ReLU: h ← max(0, h W + b) for each hidden
 * layer, then a linear layer to the model's width. With `rectify`, a ReLU follows that layer too, so that a linear head
 * on the features makes the whole an MLP with one more hidden layer.
 *
 * Weights and biases are initialised uniformly with variance 1 / fan-in. With He initialisation, features of inputs that are
 * not standardised have norms so large that gradient steps on a head overshoot; with zero biases, all ReLUs of a scalar
 * input have their kink at 0, and the network is linear on either side.
 */

import { z } from "zod";
import { uniformLayer } from "../nn/init.js";
import { type Linear, linear, relu } from "../nn/layers.js";
import { defineEncoder, type Stateless, type TypedEncoder } from "./types.js";

export const mlpOptions = z.strictObject({
  /** Sizes of the hidden layers. */
  hidden: z.array(z.number().int().min(1).max(4096)).max(16).default([256]),
  /** Whether a ReLU follows the last layer too. */
  rectify: z.boolean().default(false),
});
type MlpOptions = z.infer<typeof mlpOptions>;

type Params = { readonly layers: readonly Linear[] };

function create({ hidden, rectify: hasOutputRelu }: MlpOptions): TypedEncoder<Params, Stateless> {
  return {
    init({ shape: [size] }, width, random) {
      const sizes = [size, ...hidden, width];
      return { layers: sizes.slice(1).map((to, i) => uniformLayer(random, sizes[i], to)) };
    },

    initState: () => ({}),

    encode({ layers }, x, given) {
      const features = layers.reduce((h, layer, i) => {
        const y = linear(h, layer);
        return i < layers.length - 1 || hasOutputRelu ? relu(y) : y;
      }, x);
      return { features, statistics: given };
    },
  };
}

/** Vectors `[length]`, through `hidden` layers to the model's width. */
export const mlp = defineEncoder({
  name: "mlp",
  summary: "multilayer perceptron with ReLU over a vector",
  source: "Rumelhart, Hinton, Williams 1986",
  kind: "vector",
  options: mlpOptions,
  create,
});
