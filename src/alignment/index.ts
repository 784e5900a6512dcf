/** The alignments, a row each. A recipe's `none` is no alignment at all. */

import { dgcca } from "./dgcca.js";
import { gcca } from "./gcca.js";
import { infonce } from "./infonce.js";
import { mean } from "./mean.js";
import { procrustes } from "./procrustes.js";
import { siglip } from "./siglip.js";
import { triplet } from "./triplet.js";
import type { Alignment } from "./types.js";

export { fitGcca, type Gcca } from "./gcca.js";
export { type LinearMap, type Maps, transform } from "./maps.js";
export { consensus } from "./mean.js";
export { fitProcrustes } from "./procrustes.js";
export type { Alignment } from "./types.js";

export const alignments: Readonly<Record<string, Alignment>> = {
  mean,
  procrustes,
  gcca,
  dgcca,
  infonce,
  siglip,
  triplet,
};
