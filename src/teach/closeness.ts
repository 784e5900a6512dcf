/**
 * How close an example is to the examples of a class, by the vectors of one expert. The evidence of experts (expert.ts)
 * compares classes with each other, so that an example that is like none of them may still be much likelier of one; the
 * closeness shows it. There are two measures: relative-closeness.ts, of any encoder, and normalised-closeness.ts, of encoders
 * whose vectors have known moments.
 */

import type { Population } from "../modality/builtin/population.js";
import type { ExpertSupport } from "./expert.js";

/** The closeness of examples to their own class, of one example, by experience: μ and σ. */
export interface UsualCloseness {
  readonly mean: number;
  readonly deviation: number;
}

export interface Closeness {
  /** z_c(x) = (u_c(x) − μ) / σ, bounded; 0 for a class without examples. */
  of(vector: Float32Array, c: number): number;
  /** The same for a support example without itself. */
  leftOut(row: number, c: number): number;
  /** The same as `of`, for export. */
  form(): RelativeForm | NormalisedForm;
}

/** z_c(x) = factors[c] (means[c] · x / ‖x‖) + shifts[c], before it is bounded. */
export interface RelativeForm {
  /** The mean unit vector of each class `[way, width]`. */
  readonly means: Float64Array;
  /** Of each class: 0 without examples. */
  readonly factors: readonly number[];
  readonly shifts: readonly number[];
}

/** u_c(x) = ½ ((means[c] · x̂ − m(x̂)) / s(x̂) + normalised[c] · x̂ − offsets[c]) for x̂ = x / ‖x‖. */
export interface NormalisedForm {
  /** The mean of x_i and of x_i / s(x_i) over the examples of each class `[way, width]`. */
  readonly means: Float64Array;
  readonly normalised: Float64Array;
  /** The mean of m(x_i) / s(x_i). */
  readonly offsets: readonly number[];
  /** 1 for classes with examples, 0 for others. */
  readonly known: readonly number[];
  readonly population: Population;
  readonly usual: UsualCloseness;
}

/** Bounds of z. */
export const BOUNDS = { least: -4, most: 3 } as const;

/** z of u. */
export const bounded = (u: number, { mean, deviation }: UsualCloseness): number =>
  Math.max(BOUNDS.least, Math.min(BOUNDS.most, (u - mean) / deviation));

/** Sums of a support's vectors, each times its factor, by class. */
export class ClassSums {
  /** Examples per class. */
  readonly counts: readonly number[];
  /** The examples of each class. */
  readonly members: readonly (readonly number[])[];
  /** `[way, width]`. */
  readonly sums: Float64Array;
  readonly width: number;

  constructor({ vectors, labels, way }: ExpertSupport, factorOf: (row: number) => number) {
    const members = Array.from({ length: way }, (): number[] => []);
    this.width = vectors[0].length;
    this.sums = new Float64Array(way * this.width);
    for (const [i, vector] of vectors.entries()) {
      members[labels[i]].push(i);
      const at = labels[i] * this.width;
      const factor = factorOf(i);
      for (let k = 0; k < this.width; k++) if (vector[k] !== 0) this.sums[at + k] += factor * vector[k];
    }
    this.members = members;
    this.counts = members.map(({ length }) => length);
  }

  /** The inner product of a vector with the sum of a class. */
  product(c: number, vector: Float32Array): number {
    const at = c * this.width;
    let sum = 0;
    for (let k = 0; k < this.width; k++) if (vector[k] !== 0) sum += vector[k] * this.sums[at + k];
    return sum;
  }

  /** The means `[way, width]`; 0 for a class without examples. */
  means(): Float64Array {
    return this.sums.map((sum, at) => sum / (this.counts[Math.floor(at / this.width)] || 1));
  }
}
