/**
 * A linear map f = x P + b with an orthogonal initialisation (Saxe, McClelland, Ganguli, 2014): the distances of an untrained
 * model are those of its inputs, and training learns a Mahalanobis distance, ‖f(x) − f(y)‖² = (x − y)ᵀ P Pᵀ (x − y)
 * (Goldberger, Roweis, Hinton, Salakhutdinov, 2004).
 *
 * With `hidden`, a residual branch (He, Zhang, Ren, Sun, 2016) is added, f = x P + b + max(0, x U + c) V, with V initialised
 * close to zero.
 */

import { z } from "zod";
import { constant, orthogonal, uniformLayer } from "../nn/init.js";
import { type Linear, linear as layer } from "../nn/layers.js";
import { type Branch, initBranch, withBranch } from "../nn/residual.js";
import { defineEncoder, type Stateless, type TypedEncoder } from "./types.js";

const options = z.strictObject({
  /** Hidden units of the residual branch; 0 for no branch. */
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

/** Vectors `[length]`; the initial map preserves all distances if the width is at least `length`. */
export const linear = defineEncoder({
  name: "linear",
  summary: "linear layer with orthogonal initialisation: a learned Mahalanobis distance over vectors",
  source: "Saxe, McClelland, Ganguli 2014; Goldberger, Roweis, Hinton, Salakhutdinov 2004",
  kind: "vector",
  options,
  create,
});
