/** The preprocessing of each kind of value for frozen encoders. */

import { audio } from "./audio.js";
import { image } from "./image.js";
import { text } from "./text.js";
import type { FrozenInput, FrozenKind } from "./types.js";

export const inputs = { image, text, audio } as Readonly<Record<FrozenKind, FrozenInput>>;
