/** The table of comparers: one row per kind. */

import type { ModalityKind } from "../../../modality/index.js";
import { audio } from "./audio.js";
import { image } from "./image.js";
import { tabular, vector } from "./numbers.js";
import { strokes } from "./strokes.js";
import { text } from "./text.js";
import type { Comparer } from "./types.js";

// A comparer is only given values that it has read itself.
export const comparers: Readonly<Record<ModalityKind, Comparer>> = {
  audio: audio as Comparer,
  image: image as Comparer,
  strokes: strokes as Comparer,
  tabular: tabular as Comparer,
  text: text as Comparer,
  vector: vector as Comparer,
};
