/** Convolution over a spectrogram (after Abdel-Hamid et al., 2014, with the blocks of Conv4 over frequency and time). */

import { stack, stackActivations, stackOptions } from "./stack.js";
import { defineEncoder } from "./types.js";

/** Log-mel spectrograms `[channels, mels, frames]`: Conv4, with a linear layer over the flattened outputs. */
export const spectrogram = defineEncoder({
  name: "spectrogram",
  summary: "four convolution blocks over frequency and time",
  source: "Abdel-Hamid et al. 2014; Snell, Swersky, Zemel 2017",
  kind: "audio",
  activations: stackActivations,
  options: stackOptions,
  create: stack,
});
