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

export const fusions: Readonly<Record<string, Fusion>> = {
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
};
