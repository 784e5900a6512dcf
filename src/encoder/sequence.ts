/** Temporal convolution over a drawn line (after Waibel et al., 1989, with Conv4's blocks over time). */

import { stack, stackActivations, stackOptions } from "./stack.js";
import { defineEncoder } from "./types.js";

/** Strokes [features, points]: each block sees three neighbouring points and halves their number. */
export const sequence = defineEncoder({
  name: "sequence",
  summary: "four convolution blocks along the pen's path",
  source: "Waibel et al. 1989; Snell, Swersky, Zemel 2017",
  kind: "strokes",
  activations: stackActivations,
  options: stackOptions,
  create: stack,
});
