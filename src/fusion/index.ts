/** The table of fusions, one row per method. To add one, write its file and add its row. */

import { am3 } from "./am3.js";
import { attention } from "./attention.js";
import { concatenation } from "./concatenation.js";
import { crossAttention } from "./cross-attention.js";
import { film } from "./film.js";
import { fixed } from "./fixed.js";
import { gated } from "./gated.js";
import { learned } from "./learned.js";
import { lowRank } from "./low-rank.js";
import { multiplicative } from "./multiplicative.js";
import { productOfExperts } from "./product-of-experts.js";
import { tensor } from "./tensor.js";
import type { Fusion } from "./types.js";

export { mapEach, meanPresent, total } from "./presence.js";
export { splitRows } from "./product-of-experts.js";
export type { ByModality, Fusion, WeightedFeatures } from "./types.js";

export const fusions = {
  fixed,
  learned,
  gated,
  attention,
  concatenation,
  film,
  multiplicative,
  tensor,
  "low-rank": lowRank,
  "cross-attention": crossAttention,
  "product-of-experts": productOfExperts,
  am3,
} as const satisfies Record<string, Fusion>;

/** The name of a row of {@link fusions}. */
export type FusionName = keyof typeof fusions;

const rows: Readonly<Record<string, Fusion>> = fusions;

/** The fusion `name`, with its parameters as opaque trees. */
export const fusionOf = (name: string): Fusion => rows[name];
