/** The head of a taught task of classes: probabilities, `unknown`, weights of modalities and the nearest taught examples. */

import type { DeclaredModality } from "../data/index.js";
import { populations } from "../modality/builtin/population.js";
import { thresholdOf, typicality } from "./certainty.js";
import { type NearExample, nearestTo } from "./nearest.js";
import { type Evidence, evidenceOf, type LeftOut, Product, type Vectors } from "./product.js";
import { SupportVectors } from "./support-vectors.js";
import { fitScale, probabilitiesOf } from "./temperature.js";
import { type EmbeddedExample, modalityOf } from "./types.js";

/** The prediction of an example's class. */
export interface ClassOutcome {
  /** Index of the likeliest class. */
  readonly best: number;
  /** float64 `[way]`. */
  readonly probabilities: Float64Array;
  readonly unknown: boolean;
  /** Share of the evidence that counts by modality; they add up to 1, or there are none. */
  readonly weights: Readonly<Record<string, number>>;
  readonly nearest: readonly NearExample[];
}

/** How a head makes evidence of examples into predictions; all of it is chosen by the support. */
export interface HeadCard {
  /** τ (product.ts). */
  readonly scale: number;
  /** Typicality below which an example is unknown. */
  readonly threshold: number;
  /** α_e d_e² / 2, the evidence that an example of each expert has on average, by expert. */
  readonly experts: Readonly<Record<string, number>>;
}

export class ClassHead {
  private constructor(
    readonly classes: readonly string[],
    readonly support: readonly EmbeddedExample[],
    readonly card: HeadCard,
    readonly leftOut: readonly LeftOut[],
    readonly product: Product,
    readonly vectors: SupportVectors,
  ) {}

  /** Fit a head to labelled examples of at least two classes. @throws {InputError} for values that do not go together */
  static async fit(
    support: readonly EmbeddedExample[],
    kinds: Readonly<Record<string, DeclaredModality>>,
  ): Promise<ClassHead> {
    const classes = [...new Set(support.map(({ label }) => label!))].sort();
    const indexes = new Map(classes.map((name, c) => [name, c]));
    const vectors = await SupportVectors.of(support, kinds);
    const rows = support.map(({ label }, i) => ({
      vectors: vectors.support[i],
      label: indexes.get(label!)!,
    }));
    const kindOf = Object.fromEntries(Object.entries(kinds).map(([name, { kind }]) => [name, kind]));
    const product = new Product(rows, classes.length, kindOf, await populations(Object.values(kindOf)));
    const leftOut = product.leaveOneOut();
    const experts = Object.fromEntries(
      [...product.experts].map(([name, { strength }]) => [name, evidenceOf(strength)]),
    );
    const threshold = thresholdOf(leftOut, classes.length, shotOf(support, classes));
    const card = { scale: fitScale(leftOut), threshold, experts };
    return new ClassHead(classes, support, card, leftOut, product, vectors);
  }

  /** Predict an example. @throws {InputError} for a table or vector that does not fit the support's */
  async predict(example: EmbeddedExample): Promise<ClassOutcome> {
    const [outcome] = await this.predictAll([example]);
    return outcome;
  }

  /** Predict examples independently of one another, which takes less time than one by one. */
  async predictAll(examples: readonly EmbeddedExample[]): Promise<ClassOutcome[]> {
    const vectors: Vectors[] = [];
    for (const example of examples) vectors.push(await this.vectors.vectors(example));
    for (const [name, { head }] of this.product.experts)
      head.rows.prepare(vectors.flatMap((each) => each[name] ?? []));
    return vectors.map((each) => {
      const evidence = this.product.evidence(each);
      return { ...this.outcome(evidence), nearest: nearestTo(each, evidence.strengths, this) };
    });
  }

  /** How typical an example with this evidence is of its likeliest class (certainty.ts). */
  typicality(evidence: Evidence): number {
    return typicality(evidence, this.shot);
  }

  /** Mean number of examples per class. */
  get shot(): number {
    return shotOf(this.support, this.classes);
  }

  /** The prediction that evidence leads to. */
  outcome(evidence: Evidence): Omit<ClassOutcome, "nearest"> {
    const probabilities = probabilitiesOf(evidence.total, this.card.scale);
    return {
      best: probabilities.indexOf(Math.max(...probabilities)),
      probabilities,
      unknown: this.typicality(evidence) < this.card.threshold,
      weights: weightsOf(evidence),
    };
  }
}

const shotOf = (support: readonly unknown[], classes: readonly string[]) => support.length / classes.length;

/** The share of each modality in Σ_e α_e d_e². */
function weightsOf({ strengths }: Evidence): Record<string, number> {
  const weights: Record<string, number> = {};
  let sum = 0;
  for (const [expert, strength] of Object.entries(strengths)) {
    const weight = evidenceOf(strength);
    weights[modalityOf(expert)] = (weights[modalityOf(expert)] ?? 0) + weight;
    sum += weight;
  }
  return Object.fromEntries(
    Object.entries(weights).map(([name, weight]) => [name, sum > 0 ? weight / sum : 0]),
  );
}
