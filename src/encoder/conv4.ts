/** Conv4 (Vinyals et al., 2016; Snell, Swersky, Zemel, 2017): four blocks of conv3×3, batch norm, ReLU, 2×2 max-pool. */

import { stack, stackActivations, stackOptions } from "./stack.js";
import { defineEncoder } from "./types.js";

/** Images `[channels, height, width]`; at 28×28 the four poolings leave one vector of the model's width. */
export const conv4 = defineEncoder({
  name: "conv4",
  summary: "four convolution blocks: 3×3 convolution, batch normalisation, ReLU, 2×2 max pooling",
  source: "Vinyals et al. 2016; Snell, Swersky, Zemel 2017",
  kind: "image",
  activations: stackActivations,
  options: stackOptions,
  create: stack,
});
