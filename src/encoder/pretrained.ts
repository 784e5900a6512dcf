/**
 * A frozen encoder, f = MLP((φ(x) − μ) / σ): φ is a pretrained network whose weights stay fixed (off-the-shelf features;
 * Donahue et al., 2014; Sharif Razavian et al., 2014), μ and σ are the statistics of its embeddings of the train rows. Each
 * value is embedded by φ once, when it is read (src/modality/pretrained), so that only the MLP is trained. Without hidden
 * layers it is a linear layer, which retains the features that unseen classes need.
 */

import { frozenOptions } from "../modality/index.js";
import { mlp, mlpOptions } from "./mlp.js";
import { defineEncoder } from "./types.js";

/** Embeddings `[length]` of images, texts or audio, through `hidden` layers to the model's width. */
export const pretrained = defineEncoder({
  name: "pretrained",
  summary: "frozen pretrained ONNX model with a linear layer over its embeddings",
  source: "Donahue et al. 2014; Sharif Razavian et al. 2014",
  kind: "vector",
  embeddings: "pretrained",
  options: frozenOptions.extend({
    ...mlpOptions.shape,
    hidden: mlpOptions.shape.hidden.unwrap().default([]),
  }),
  create: mlp.create,
});
