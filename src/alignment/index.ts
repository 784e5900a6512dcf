/** The table of alignments, one row per method. A recipe's `none` is no alignment. */

import { dgcca } from "./dgcca.js";
import { gcca } from "./gcca.js";
import { infonce } from "./infonce.js";
import { mean } from "./mean.js";
import { procrustes } from "./procrustes.js";
import { siglip } from "./siglip.js";
import { triplet } from "./triplet.js";
import type { Alignment } from "./types.js";

export { fitGcca, type Gcca } from "./gcca.js";
export { type LinearMap, type LinearMaps, transform } from "./maps.js";
export { fitProcrustes } from "./procrustes.js";
export type { Alignment } from "./types.js";

export const alignments = {
  mean,
  procrustes,
  gcca,
  dgcca,
  infonce,
  siglip,
  triplet,
} as const satisfies Record<string, Alignment>;

const rows: Readonly<Record<string, Alignment>> = alignments;

/** The alignment `name`, with its parameters as opaque trees; undefined for `none`. */
export const alignmentOf = (name: string): Alignment | undefined => rows[name];
