/**
 * A frozen encoder, f = MLP((φ(x) − μ) / σ): φ is a network that others trained and nothing here changes (off-the-shelf
 * features; Donahue et al., 2014; Sharif Razavian et al., 2014), μ and σ are those of the train rows. Values are embedded by φ
 * when they are read (src/modality/frozen), once, so that what is trained is the perceptron alone.
 */

import { frozenOptions } from "../modality/index.js";
import { mlp, mlpOptions } from "./mlp.js";
import type { EncoderMethod } from "./types.js";

/** Embeddings [length] of images, texts or sounds, through `hidden` layers to the model's width. */
export const pretrained: EncoderMethod = {
  name: "pretrained",
  summary: "a frozen ONNX network of others, and layers over its embeddings",
  source: "Donahue et al. 2014; Sharif Razavian et al. 2014",
  kind: "vector",
  isFrozen: true,
  options: frozenOptions.extend(mlpOptions.shape),
  create: mlp.create,
};
