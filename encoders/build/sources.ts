/** All sources of built-in encoders. */

import { audioSource } from "./audio.js";
import { imageSource } from "./image.js";
import { strokesSource } from "./strokes.js";
import { textSource } from "./text.js";
import type { EncoderSource } from "./types.js";

export const sources: readonly EncoderSource[] = [audioSource, imageSource, strokesSource, textSource];
