/** What meta-training changes in a model: parameters by gradient, and running averages. */

import type { Arrays } from "../base/array.js";

/** The parameters by the part that owns them; the keys are the paths in `model.safetensors`. */
export type ParameterArrays = {
  readonly network: { readonly encoders: Readonly<Record<string, Arrays>>; readonly fusion: Arrays };
  readonly learner: Arrays;
  readonly alignment: Arrays;
  readonly relation: Arrays;
};

export type Weights = {
  readonly params: ParameterArrays;
  /** Running averages: by modality, and those of the learner. */
  readonly state: Readonly<Record<string, Arrays>>;
};
