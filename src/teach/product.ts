/**
 * The base model's head: a product of experts (Hinton, 2002). Each encoder of each modality is an expert, whose evidence for
 * class c is a log-likelihood ratio g_e(x)_c (expert.ts), and
 *
 *   p(c | x) ∝ exp(τ Σ_e α_e g_e(x)_c)
 *
 * over the experts that example and support have in common. α_e is the share of an expert's evidence that no other expert of
 * its modality repeats. The evidence of different experts is still dependent, so that the sum is overconfident; τ < 1 makes
 * up for it (temperature.ts).
 */

import type { Population } from "../modality/builtin/population.js";
import type { ModalityKind } from "../modality/index.js";
import type { Closeness } from "./closeness.js";
import { type ExpertHead, fitExpert } from "./expert.js";
import { JOINT } from "./joint.js";
import { fitNormalised } from "./normalised-closeness.js";
import { entropyOf, isExpert, weighingOf } from "./priors.js";
import { fitRelative } from "./relative-closeness.js";
import { encoderOf, modalityOf } from "./types.js";

/** Vectors by expert. */
export type Vectors = Readonly<Record<string, Float32Array>>;

/** A support example: its vectors and the index of its class. */
export interface LabelledVectors {
  readonly vectors: Vectors;
  readonly label: number;
}

interface Expert {
  readonly head: ExpertHead;
  readonly closeness: Closeness;
  readonly strength: Strength;
  /** The support examples that have it. */
  readonly rows: readonly number[];
}

/** How much an expert's evidence counts. */
export interface Strength {
  /** α. */
  readonly share: number;
  /** d. */
  readonly discriminability: number;
  /** σ, the standard deviation of the score z of an example's own class. */
  readonly deviation: number;
}

/** α d² / 2: the evidence that an example has for its class on average, and the weight of the expert's closeness. */
export const evidenceOf = ({ share, discriminability }: Strength): number =>
  (share * discriminability ** 2) / 2;

/** The sum of the experts' evidence for one example. */
export interface Evidence {
  /** Σ_e α_e g_e `[way]`. */
  readonly total: Float64Array;
  /** The experts that took part, by name. */
  readonly strengths: Readonly<Record<string, Strength>>;
  /** Σ_e (α_e d_e² / 2) z_e(x, c), of the closeness to class c (closeness.ts). */
  closeness(c: number): number;
}

/** The evidence for a support example without itself. */
export interface LeftOut {
  readonly row: number;
  readonly label: number;
  readonly evidence: Evidence;
}

/** A product of experts, fitted to a support. */
export class Product {
  readonly experts: ReadonlyMap<string, Expert>;

  /** `kinds` has the kind of each modality, and `populations` the moments of encoders by `kind/encoder`. */
  constructor(
    readonly support: readonly LabelledVectors[],
    readonly way: number,
    kinds: Readonly<Record<string, ModalityKind>>,
    populations: ReadonlyMap<string, Population> = new Map(),
  ) {
    const names = new Set(support.flatMap(({ vectors }) => Object.keys(vectors)).filter(isExpert));
    this.experts = new Map(
      [...names].sort().flatMap((name): [string, Expert][] => {
        const rows = [...support.keys()].filter((row) => support[row].vectors[name]);
        const own = rows.map((row) => support[row]);
        const labels = own.map(({ label }) => label);
        // Vectors of a single class do not separate classes.
        if (new Set(labels).size < 2) return [];
        const entropy = entropyOf(modalityOf(name), own);
        const shot = labels.length / new Set(labels).size;
        const isJoined = names.has(`${modalityOf(name)}/${JOINT}`);
        const kind = kinds[modalityOf(name)];
        const population = populations.get(`${kind}/${encoderOf(name)}`);
        const known = { entropy, shot, isJoined, isNormalised: population !== undefined };
        const { prior, share, usual } = weighingOf(name, kind, known);
        const ownSupport = { vectors: own.map((example) => example.vectors[name]), labels, way };
        const head = fitExpert(ownSupport, prior);
        const closeness = population
          ? fitNormalised(ownSupport, head.rows, usual, population)
          : fitRelative(ownSupport, head.rows, usual);
        const { discriminability } = head;
        const strength = { share, discriminability, deviation: prior.deviation };
        return [[name, { head, closeness, strength, rows }]];
      }),
    );
  }

  /** Evidence for an example. Without a common expert it is 0, and there are no strengths. */
  evidence(vectors: Vectors): Evidence {
    const total = new Float64Array(this.way);
    const strengths: Record<string, Strength> = {};
    for (const [name, { head, strength }] of this.experts) {
      const vector = vectors[name];
      if (!vector) continue;
      strengths[name] = strength;
      const ratios = head.score(vector);
      for (let c = 0; c < this.way; c++) total[c] += strength.share * ratios[c];
    }
    const closeness = (c: number) =>
      this.#sum(strengths, (name, expert) => expert.closeness.of(vectors[name], c));
    return { total, strengths, closeness };
  }

  /** Σ_e (α_e d_e² / 2) z_e over the experts of some strengths. */
  #sum(strengths: Evidence["strengths"], z: (name: string, expert: Expert) => number): number {
    let sum = 0;
    for (const [name, strength] of Object.entries(strengths))
      sum += evidenceOf(strength) * z(name, this.experts.get(name)!);
    return sum;
  }

  /**
   * Evidence for each support example whose class has others, by experts that are fitted without it; discriminability and
   * spread are those of the whole support.
   */
  leaveOneOut(): LeftOut[] {
    const counts = new Map<number, number>();
    for (const { label } of this.support) counts.set(label, (counts.get(label) ?? 0) + 1);
    const strengths = this.support.map((): Record<string, Strength> => ({}));
    const totals = this.support.map(() => new Float64Array(this.way));
    const places = this.support.map((): Record<string, number> => ({}));
    for (const [name, { head, strength, rows }] of this.experts)
      for (const [i, row] of rows.entries()) {
        strengths[row][name] = strength;
        places[row][name] = i;
        for (let c = 0; c < this.way; c++)
          totals[row][c] += strength.share * head.leaveOneOut[i * this.way + c];
      }
    return this.support.flatMap(({ label }, row) => {
      if (counts.get(label) === 1) return [];
      const closeness = (c: number) =>
        this.#sum(strengths[row], (name, expert) => expert.closeness.leftOut(places[row][name], c));
      return [{ row, label, evidence: { total: totals[row], strengths: strengths[row], closeness } }];
    });
  }
}
