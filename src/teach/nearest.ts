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

/** Squared lengths of vectors that were compared before. */
const squares = new WeakMap<Float32Array, number>();

function squaredLength(vector: Float32Array): number {
  let square = squares.get(vector);
  if (square === undefined) {
    square = innerProduct(vector, vector);
    squares.set(vector, square);
  }
  return square;
}

const cosine = (a: Float32Array, b: Float32Array) =>
  innerProduct(a, b) / (Math.sqrt(squaredLength(a) * squaredLength(b)) || 1);

/** Four sums, which do not wait for each other. */
function innerProduct(a: Float32Array, b: Float32Array): number {
  const whole = a.length - (a.length % 4);
  let [s0, s1, s2, s3] = [0, 0, 0, 0];
  for (let k = 0; k < whole; k += 4) {
    s0 += a[k] * b[k];
    s1 += a[k + 1] * b[k + 1];
    s2 += a[k + 2] * b[k + 2];
    s3 += a[k + 3] * b[k + 3];
  }
  for (let k = whole; k < a.length; k++) s0 += a[k] * b[k];
  return s0 + s1 + (s2 + s3);
}
