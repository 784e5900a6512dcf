/**
 * Standardisation of vectors of pretrained encoders. The package has constants for its own encoders; of others nothing is known
 * beforehand, so that mean μ and variance σ² of each number are those of the support:
 *
 *   z = unit((x − μ) / √((n σ² + N σ̄²) / (n + N)))
 *
 * with the mean σ̄² of the variances over numbers, which counts as N examples, since few examples estimate a variance badly.
 */

import type { Vectors } from "./product.js";
import { encoderOf } from "./types.js";

/** The name of a pretrained encoder in experts: `photo/pretrained`. */
export const PRETRAINED = "pretrained";

/** N. */
const COUNT = 16;

interface Constants {
  readonly mean: Float64Array;
  readonly deviation: Float64Array;
}

/** Standardises the vectors of pretrained encoders; other vectors stay as they are. */
export class Standardiser {
  readonly #constants = new Map<string, Constants>();

  /** Estimate the constants from the vectors of a support. */
  constructor(support: readonly { readonly vectors: Vectors }[]) {
    const names = new Set(support.flatMap(({ vectors }) => Object.keys(vectors)));
    for (const name of [...names].filter((each) => encoderOf(each) === PRETRAINED).sort())
      this.#constants.set(name, constantsOf(support.flatMap(({ vectors }) => vectors[name] ?? [])));
  }

  /** The vectors of an example, standardised. */
  vectors(vectors: Vectors): Vectors {
    if (this.#constants.size === 0) return vectors;
    const standardised: Record<string, Float32Array> = { ...vectors };
    for (const [name, { mean, deviation }] of this.#constants) {
      const vector = vectors[name];
      if (!vector) continue;
      const z = Float64Array.from(vector, (x, k) => (x - mean[k]) / deviation[k]);
      const length = Math.sqrt(z.reduce((sum, x) => sum + x * x, 0)) || 1;
      standardised[name] = Float32Array.from(z, (x) => x / length);
    }
    return standardised;
  }
}

function constantsOf(vectors: readonly Float32Array[]): Constants {
  const n = vectors.length;
  const [{ length }] = vectors;
  const mean = new Float64Array(length);
  const variance = new Float64Array(length);
  for (const vector of vectors) for (let k = 0; k < length; k++) mean[k] += vector[k] / n;
  for (const vector of vectors)
    for (let k = 0; k < length; k++) variance[k] += (vector[k] - mean[k]) ** 2 / n;
  const average = variance.reduce((sum, x) => sum + x, 0) / length || 1;
  return { mean, deviation: variance.map((x) => Math.sqrt((n * x + COUNT * average) / (n + COUNT))) };
}
