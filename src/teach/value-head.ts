/**
 * The head of a taught task of numbers. Each expert is a ridge regression onto the standardised numbers, with an error
 * variance v_e by leave-one-out; the prediction is Σ_e y_e / v_e ÷ Σ_e 1 / v_e, over the experts that the example has (a
 * product of normal densities; Hinton, 2002).
 */

import type { DeclaredModality } from "../data/index.js";
import { isExpert } from "./priors.js";
import { fitRidge, type RidgeFit } from "./ridge.js";
import { matrixOf } from "./support-rows.js";
import { SupportVectors } from "./support-vectors.js";
import { type EmbeddedExample, modalityOf } from "./types.js";

/** The prediction of a number. */
export interface ValueOutcome {
  readonly value: number;
  readonly weights: Readonly<Record<string, number>>;
}

export interface NumberExpert {
  readonly coefficients: RidgeFit["coefficients"];
  /** v_e. */
  readonly variance: number;
}

const PENALTIES = [0.03, 0.1, 0.3, 1, 3];

export class ValueHead {
  private constructor(
    readonly experts: ReadonlyMap<string, NumberExpert>,
    readonly vectors: SupportVectors,
    readonly mean: number,
    readonly spread: number,
  ) {}

  /** Fit a head to at least two examples with numbers. */
  static async fit(
    support: readonly EmbeddedExample[],
    kinds: Readonly<Record<string, DeclaredModality>>,
  ): Promise<ValueHead> {
    const vectors = await SupportVectors.of(support, kinds);
    const rows = vectors.support;
    const targets = support.map(({ target }) => target!);
    const mean = targets.reduce((sum, y) => sum + y, 0) / targets.length;
    const spread = Math.sqrt(targets.reduce((sum, y) => sum + (y - mean) ** 2, 0) / targets.length) || 1;
    const names = [...new Set(rows.flatMap((row) => Object.keys(row)))].filter(isExpert).sort();
    const experts = new Map<string, NumberExpert>();
    for (const name of names) {
      const own = [...rows.keys()].filter((row) => rows[row][name]);
      const standard = own.map((row) => (targets[row] - mean) / spread);
      experts.set(
        name,
        fitNumbers(
          own.map((row) => rows[row][name]),
          standard,
        ),
      );
    }
    return new ValueHead(experts, vectors, mean, spread);
  }

  /** Predict an example; the mean of the support without a common expert. */
  async predict(example: EmbeddedExample): Promise<ValueOutcome> {
    const vectors = await this.vectors.vectors(example);
    const weights: Record<string, number> = {};
    let [sum, total] = [0, 0];
    for (const [name, { coefficients, variance }] of this.experts) {
      const vector = vectors[name];
      if (!vector) continue;
      const z = vector.reduce((inner, x, k) => inner + x * coefficients[k], 0);
      sum += z / variance;
      total += 1 / variance;
      weights[modalityOf(name)] = (weights[modalityOf(name)] ?? 0) + 1 / variance;
    }
    const value = this.mean + (total > 0 ? (this.spread * sum) / total : 0);
    const shares = Object.entries(weights).map(([name, weight]) => [name, weight / total]);
    return { value, weights: Object.fromEntries(shares) };
  }
}

/** The ridge regression with the penalty of least leave-one-out error. */
function fitNumbers(vectors: readonly Float32Array[], targets: readonly number[]): NumberExpert {
  const width = vectors[0].length;
  const features = matrixOf(vectors);
  const weights = new Float64Array(vectors.length).fill(1);
  const fits = PENALTIES.map((penalty) => {
    const fit = fitRidge({ features, width, targets: Float64Array.from(targets), weights, penalty });
    const errors = targets.map((y, i) => (y - fit.leaveOneOut[i]) ** 2);
    const variance = errors.reduce((a, b) => a + b, 0) / errors.length;
    return { coefficients: fit.coefficients, variance: Math.max(variance, 1e-6) };
  });
  return fits.reduce((best, next) => (next.variance < best.variance ? next : best));
}
