/**
 * The built-in encoders, f = x P + b: x is the vector of a value by the frozen encoders of the package (src/modality/builtin),
 * by which each value is embedded once, when it is read; only P and b are trained. P starts as an isometry, so that an
 * untrained model compares values as the encoders do.
 */

import { z } from "zod";
import { constant, signedColumns } from "../nn/init.js";
import { type Linear, linear } from "../nn/layers.js";
import { defineEncoder, type Stateless, type TypedEncoder } from "./types.js";

type Params = { readonly map: Linear };

const create = (): TypedEncoder<Params, Stateless> => ({
  init({ shape: [size] }, width, random) {
    return { map: { weight: signedColumns(random, size, width), bias: constant(0, [width]) } };
  },

  initState: () => ({}),

  encode({ map }, x, given) {
    return { features: linear(x, map), statistics: given };
  },
});

/** Vectors `[length]` of the built-in encoders; the initial map preserves all distances if the width is at least `length`. */
export const builtin = defineEncoder({
  name: "default",
  summary: "built-in frozen encoders with a linear layer over their vectors",
  source: "Donahue et al. 2014; Goldberger, Roweis, Hinton, Salakhutdinov 2004",
  kind: "vector",
  embeddings: "builtin",
  options: z.strictObject({}),
  create,
});
