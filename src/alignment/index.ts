/** The alignments, a row each. A recipe's `none` is no alignment at all. */

import { mean } from "./mean.js";
import type { Alignment } from "./types.js";

export { consensus } from "./mean.js";
export type { Alignment } from "./types.js";

export const alignments: Readonly<Record<string, Alignment>> = { mean };
