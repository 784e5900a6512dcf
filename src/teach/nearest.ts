/** The taught examples that an example resembles most, as the reason for a prediction. */

import type { Product, Strength, Vectors } from "./product.js";
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
    const cosines = head.rows.cosines(vectors[expert]);
    const weight = share * discriminability + LEAST;
    for (let i = 0; i < rows.length; i++) {
      sums[rows[i]] += weight * cosines[i];
      weights[rows[i]] += weight;
    }
  }
  const best: { readonly row: number; readonly similarity: number }[] = [];
  for (let row = 0; row < sums.length; row++) {
    if (weights[row] === 0) continue;
    const similarity = sums[row] / weights[row];
    if (best.length === MOST && similarity <= best[MOST - 1].similarity) continue;
    const place = best.findIndex((other) => similarity > other.similarity);
    best.splice(place < 0 ? best.length : place, 0, { row, similarity });
    if (best.length > MOST) best.pop();
  }
  return best.map(({ row, similarity }) => ({ id: support[row].id, label: support[row].label!, similarity }));
}
