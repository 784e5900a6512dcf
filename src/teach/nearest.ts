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

/** The three examples of a support that are most similar to `vectors`, by the experts of `strengths`. */
export function nearestTo(
  vectors: Vectors,
  strengths: Readonly<Record<string, Strength>>,
  { support, product }: { readonly support: readonly EmbeddedExample[]; readonly product: Product },
): NearExample[] {
  const similarities = support.map(({ id, label }, row) => ({
    id,
    label: label!,
    similarity: similarity(vectors, product.support[row].vectors, strengths),
  }));
  return similarities
    .filter(({ similarity }) => similarity > Number.NEGATIVE_INFINITY)
    .sort((a, b) => b.similarity - a.similarity)
    .slice(0, MOST);
}

/** −∞ without a common expert. */
function similarity(a: Vectors, b: Vectors, strengths: Readonly<Record<string, Strength>>): number {
  let [sum, weights] = [0, 0];
  for (const [expert, { share, discriminability }] of Object.entries(strengths)) {
    if (!a[expert] || !b[expert]) continue;
    const weight = share * discriminability + 1e-9;
    sum += weight * cosine(a[expert], b[expert]);
    weights += weight;
  }
  return weights > 0 ? sum / weights : Number.NEGATIVE_INFINITY;
}

function cosine(a: Float32Array, b: Float32Array): number {
  let [product, aa, bb] = [0, 0, 0];
  for (let k = 0; k < a.length; k++) {
    product += a[k] * b[k];
    aa += a[k] * a[k];
    bb += b[k] * b[k];
  }
  return product / (Math.sqrt(aa * bb) || 1);
}
