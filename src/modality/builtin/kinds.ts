/** The table of kinds that have built-in encoders. */

import type { ModalityKind } from "../modality.js";
import { audio } from "./audio.js";
import { image } from "./image.js";
import { strokes } from "./strokes.js";
import { text } from "./text.js";
import type { BuiltinKind } from "./types.js";

export const kinds: Partial<Readonly<Record<ModalityKind, BuiltinKind>>> = { image, audio, text, strokes };

/** The kinds of values that have built-in encoders. */
export const builtinKinds = Object.keys(kinds) as readonly ModalityKind[];
