/** All sources of built-in encoders. */

import { imageSource } from "./image.js";
import { textSource } from "./text.js";
import type { EncoderSource } from "./types.js";

export const sources: readonly EncoderSource[] = [imageSource, textSource];
