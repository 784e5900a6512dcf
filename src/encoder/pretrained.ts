/**
 * A frozen encoder, f = MLP((φ(x) − μ) / σ): φ is a network that others trained and nothing here changes (off-the-shelf
 * features; Donahue et al., 2014; Sharif Razavian et al., 2014), μ and σ are those of the train rows. Values are embedded by φ
 * when they are read (src/modality/frozen), once, so that what is trained is the perceptron alone; without hidden layers it is
 * a linear map, which keeps what φ knows of classes that are not trained on.
 */

import { frozenOptions } from "../modality/index.js";
import { mlp, mlpOptions } from "./mlp.js";
import { defineEncoder } from "./types.js";

/** Embeddings [length] of images, texts or sounds, through `hidden` layers to the model's width. */
export const pretrained = defineEncoder({
  name: "pretrained",
  summary: "a frozen ONNX network of others, and a linear layer over its embeddings",
  source: "Donahue et al. 2014; Sharif Razavian et al. 2014",
  kind: "vector",
  isFrozen: true,
  options: frozenOptions.extend({
    ...mlpOptions.shape,
    hidden: mlpOptions.shape.hidden.unwrap().default([]),
  }),
  create: mlp.create,
});
