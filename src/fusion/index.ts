/** The fusions, a row each. */

import { fixed } from "./fixed.js";
import { gated } from "./gated.js";
import { learned } from "./learned.js";
import type { Fusion } from "./types.js";

export type { ByModality, Fusion } from "./types.js";

export const fusions: Readonly<Record<string, Fusion>> = { fixed, learned, gated };
