/** Augments the embeddings of frozen encoders as vectors. */

import type { Modality } from "../modality.js";
import { vector } from "../vector.js";
import type { FrozenSpec } from "./types.js";

// Cast: augmentation of vectors reads no field of the spec that a frozen one lacks.
export const augment: Modality<FrozenSpec>["augment"] = (array, spec, random) =>
  vector.augment(array, spec as never, random);
