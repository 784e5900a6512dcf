/** The modality kinds: one row each. */

import { InputError } from "../base/errors.js";
import { audio } from "./audio.js";
import { image } from "./image.js";
import type { Modality, ModalityKind } from "./modality.js";
import { strokes } from "./strokes.js";
import { text } from "./text.js";
import { vector } from "./vector.js";

export type { AudioSpec } from "./audio.js";
export type { ImageSpec } from "./image.js";
export {
  Media,
  type Modality,
  type ModalityKind,
  type ModalitySpec,
  modalityKinds,
  type Sample,
  shown,
} from "./modality.js";
export { decodeImage, type ImageValue, type RawImage } from "./pixels.js";
export { type AudioValue, decodeAudio, type RawAudio } from "./sound/decode.js";
export type { Strokes, StrokesSpec } from "./strokes.js";
export type { TextSpec, TextValue } from "./text.js";
export type { Vector, VectorSpec } from "./vector.js";

/** The kinds that can be used, by name. */
export const modalities: Readonly<Partial<Record<ModalityKind, Modality>>> = {
  image,
  audio,
  text,
  strokes,
  vector,
};

/** The implementation of a kind, or an `InputError` that lists the supported ones. `where` names the user of it. */
export function modalityOf(kind: string, where: string): Modality {
  const found = Object.hasOwn(modalities, kind) ? modalities[kind as ModalityKind] : undefined;
  if (found) return found;
  throw new InputError({
    code: "modality/unsupported-kind",
    where,
    problem: `the kind "${kind}" is not implemented yet`,
    expected: `one of the supported kinds: ${Object.keys(modalities).join(", ")}`,
    remedy: "Choose other modalities with --modalities.",
  });
}
