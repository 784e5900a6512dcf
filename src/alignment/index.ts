/** The alignments, a row each. A recipe's `none` is no alignment at all. */

import { infonce } from "./infonce.js";
import { mean } from "./mean.js";
import { siglip } from "./siglip.js";
import { triplet } from "./triplet.js";
import type { Alignment } from "./types.js";

export { consensus } from "./mean.js";
export type { Alignment } from "./types.js";

export const alignments: Readonly<Record<string, Alignment>> = { mean, infonce, siglip, triplet };
