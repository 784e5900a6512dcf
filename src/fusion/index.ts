/** The fusions, a row each. */

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
export { apartRows } from "./product-of-experts.js";
export type { ByModality, Expert, Fusion } from "./types.js";

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

/** The fusion `name`, as a row of any parameters. */
export const fusionOf = (name: string): Fusion => rows[name];
