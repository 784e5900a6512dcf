/** The taught examples that an example resembles most, as the reason for a prediction. */

import type { Product, Strength, Vectors } from "./product.js";
import { lengthOf } from "./support-rows.js";
import type { EmbeddedExample } from "./types.js";

/** A taught example and its similarity: the mean cosine of the experts' vectors, weighted by their discriminability. */
export interface NearExample {
  readonly id: string;
  readonly label: string;
  /** At most 1, for equal vectors. */
  readonly similarity: number;
}

const MOST = 3;
/** Weight of an expert without discriminability. */
const LEAST = 1e-9;

/** The three examples of a support that are most similar to `vectors`, by the experts of `strengths`. */
export function nearestTo(
  vectors: Vectors,
  strengths: Readonly<Record<string, Strength>>,
  { support, product }: { readonly support: readonly EmbeddedExample[]; readonly product: Product },
): NearExample[] {
  const sums = new Float64Array(support.length);
  const weights = new Float64Array(support.length);
  for (const [expert, { share, discriminability }] of Object.entries(strengths)) {
    const { head, rows } = product.experts.get(expert)!;
    const vector = vectors[expert];
    const length = lengthOf(vector);
    const products = head.rows.products(vector);
    const weight = share * discriminability + LEAST;
    for (const [i, row] of rows.entries()) {
      sums[row] += (weight * products[i]) / (length * head.rows.lengths[i] || 1);
      weights[row] += weight;
    }
  }
  const similarity = sums.map((sum, row) => sum / weights[row]);
  const shared = [...support.keys()].filter((row) => weights[row] > 0);
  return shared
    .sort((a, b) => similarity[b] - similarity[a])
    .slice(0, MOST)
    .map((row) => ({ id: support[row].id, label: support[row].label!, similarity: similarity[row] }));
}
