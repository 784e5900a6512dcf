/** How each kind is compared. */

import type { ModalityKind } from "../../../modality/index.js";
import { image } from "./image.js";
import { tabular, vector } from "./numbers.js";
import { strokes } from "./strokes.js";
import { text } from "./text.js";
import type { Comparer } from "./types.js";

/** A kind that has no row here is checked by its bytes only. */
export const comparers: Readonly<Partial<Record<ModalityKind, Comparer>>> = {
  image: image as Comparer,
  strokes: strokes as Comparer,
  tabular: tabular as Comparer,
  text: text as Comparer,
  vector: vector as Comparer,
};
