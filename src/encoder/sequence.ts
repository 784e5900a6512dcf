/** Temporal convolution over pen strokes (after Waibel et al., 1989, with the blocks of Conv4 over time). */

import { stack, stackActivations, stackOptions } from "./stack.js";
import { defineEncoder } from "./types.js";

/** Strokes `[features, points]`: each block has a kernel of three points and max pooling of size 2. */
export const sequence = defineEncoder({
  name: "sequence",
  summary: "four temporal convolution blocks over the points of pen strokes",
  source: "Waibel et al. 1989; Snell, Swersky, Zemel 2017",
  kind: "strokes",
  activations: stackActivations,
  options: stackOptions,
  create: stack,
});
