/**
 * The built-in encoders, f = (x − μ) / σ · P + b: x is the vector of a value by the frozen encoders of the package
 * (src/modality/builtin), which each value is embedded by once, when it is read; only the linear layer is trained. It starts
 * orthogonal, so that an untrained model compares values as the encoders do.
 */

import { linear } from "./linear.js";
import { defineEncoder } from "./types.js";

/** Vectors `[length]` of the built-in encoders, to the model's width. */
export const builtin = defineEncoder({
  name: "default",
  summary: "built-in frozen encoders with a linear layer over their vectors",
  source: "Donahue et al. 2014; Goldberger, Roweis, Hinton, Salakhutdinov 2004",
  kind: "vector",
  embeddings: "builtin",
  options: linear.options,
  create: linear.create,
});
