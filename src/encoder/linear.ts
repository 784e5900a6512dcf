/**
 * A linear map f = x P + b that keeps distances at first (Saxe, McClelland, Ganguli, 2014), so that an untrained model
 * answers as its inputs themselves do, and training changes the measure: ‖f(x) − f(y)‖² = (x − y)ᵀ P Pᵀ (x − y) is a
 * learned Mahalanobis distance (Goldberger, Roweis, Hinton, Salakhutdinov, 2004).
 *
 * With `hidden`, a residual branch (He, Zhang, Ren, Sun, 2016) is added, f = x P + b + max(0, x U + c) V, V next to nothing at first.
 */

import { z } from "zod";
import { constant, orthogonal, uniformLayer } from "../nn/init.js";
import { type Linear, linear as layer } from "../nn/layers.js";
import { type Branch, initBranch, withBranch } from "../nn/residual.js";
import { defineEncoder, type Stateless, type TypedEncoder } from "./types.js";

const options = z.strictObject({
  /** Size of the added perceptron's hidden layer; 0 for none. */
  hidden: z.number().int().min(0).max(4096).default(0),
});

type Params = { readonly map: Linear; readonly branch?: Branch };

function create({ hidden }: z.infer<typeof options>): TypedEncoder<Params, Stateless> {
  return {
    init({ shape: [size] }, width, random) {
      const map = { weight: orthogonal(random, size, width), bias: constant(0, [width]) };
      if (hidden === 0) return { map };
      return { map, branch: initBranch(random, uniformLayer(random, size, hidden), width) };
    },

    initState: () => ({}),

    encode({ map, branch }, x, given) {
      return { features: withBranch(layer(x, map), x, branch), statistics: given };
    },
  };
}

/** Vectors [length]; a width of at least that loses nothing. */
export const linear = defineEncoder({
  name: "linear",
  summary: "a linear map that keeps distances at first, and learns which count",
  source: "Saxe, McClelland, Ganguli 2014; Goldberger, Roweis, Hinton, Salakhutdinov 2004",
  kind: "vector",
  options,
  create,
});
