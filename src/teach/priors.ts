/**
 * What the base model knows before it sees a task: how well each built-in encoder usually separates classes, in units of
 * discriminability (expert.ts). Chosen on train and validation classes of several kinds of data; docs/base.md has the sets,
 * and what the choice gives on others.
 *
 * In photographs colour separates classes better than outline, in drawings it is the reverse. A picture counts as a photograph by the
 * entropy of its colours: drawings have few.
 */

import type { ModalityKind } from "../modality/index.js";
import type { UsualCloseness } from "./closeness.js";
import type { ExpertPrior } from "./expert.js";
import { JOINT } from "./joint.js";
import { encoderOf } from "./types.js";

/** Discriminability with one example per class. */
interface Experience {
  readonly discriminability: number;
  /** In photographs, if it differs. */
  readonly photographs?: number;
  /**
   * α: below 1 for an encoder that repeats evidence of others of its modality, above 1 for one whose evidence is worth more than
   * its discriminability says.
   */
  readonly share?: number;
  /** μ and σ of the closeness (closeness.ts), if they were measured. */
  readonly closeness?: readonly [mean: number, deviation: number];
  /** The same, normalised (normalised-closeness.ts). */
  readonly normalised?: readonly [mean: number, deviation: number];
}

const experiences: Readonly<Record<string, Experience>> = {
  "image network": { discriminability: 3.2, photographs: 1.5, closeness: [0.56, 0.27] },
  "image hog": { discriminability: 3.2, photographs: 0.3, share: 0.6, closeness: [0.59, 0.31] },
  "image colour": { discriminability: 0.5, photographs: 2, closeness: [0.58, 0.58] },
  "audio network": { discriminability: 3.5, closeness: [0.37, 0.15] },
  "audio mel": { discriminability: 0.5, closeness: [0.24, 0.5] },
  "strokes network": { discriminability: 4, share: 2, closeness: [0.69, 0.14], normalised: [3.2, 0.64] },
  "strokes picture": { discriminability: 2.5, share: 0.6, closeness: [0.51, 0.2] },
  "text network": { discriminability: 4, closeness: [0.46, 0.22] },
  "text ngrams": { discriminability: 4, share: 0.6, closeness: [0.21, 0.15] },
  "text joint": { discriminability: 4, share: 8 },
};
const OTHER: Experience = { discriminability: 2.5 };
/** μ and σ of tables, vectors and pretrained encoders. */
const OTHER_CLOSENESS = [0.7, 0.3] as const;
/** β of the regression on vectors of encoders (regression.ts). Tables are not of unit length, and have a kernel of their own. */
const CURVATURE = 2;
const uncurved: ReadonlySet<string> = new Set(["linear", "kernel"]);

/** Factor of the shares of a modality's experts if it has a joint one, which repeats their evidence. */
const REPEATED = 0.55;

/** σ with one example per class by kind of modality, and in photographs; with several it is measured (certainty.ts). */
const deviations: Partial<Readonly<Record<ModalityKind, number>>> = {
  image: 1.48,
  audio: 1.22,
  text: 2.05,
  // The linear and the kernel expert of a table or vector repeat each other.
  tabular: 2,
  vector: 2,
};
const OTHER_DEVIATION = 1.48;
const PHOTOGRAPH_DEVIATION = 0.65;

/** The spread of outputs of ridge regression onto class indicators. */
const SPREAD = 0.1;
/** The spread of scores of logistic regression. */
const LOGISTIC_SPREAD = 0.7;
/** Factor of discriminability with several examples per class. */
const SEVERAL = 1.4;
/** Colour entropy, in nats, of a picture that is as likely a photograph as a drawing, and the growth of the log odds per nat. */
const ENTROPY = { middle: 3, growth: 5 } as const;

/** Prior of an expert, and the share of its evidence that counts. */
export interface Weighing {
  readonly prior: ExpertPrior;
  readonly share: number;
  readonly usual: UsualCloseness;
}

interface WeighingContext {
  /** Mean colour entropy of the support's pictures, in nats. */
  readonly entropy: number;
  /** Mean number of examples per class. */
  readonly shot: number;
  /** Whether the modality has a joint expert. */
  readonly isJoined: boolean;
  /** Whether the closeness is normalised. */
  readonly isNormalised: boolean;
}

/** The prior of an expert of `kind`. */
export function weighingOf(
  expert: string,
  kind: ModalityKind,
  { entropy, shot, isJoined, isNormalised }: WeighingContext,
): Weighing {
  const experience = experiences[`${kind} ${encoderOf(expert)}`] ?? OTHER;
  const { discriminability, photographs, share = 1 } = experience;
  const measured = isNormalised ? experience.normalised : experience.closeness;
  const [closeness, closenessDeviation] = measured ?? OTHER_CLOSENESS;
  const isLogistic = encoderOf(expert) === JOINT;
  const curvature = uncurved.has(encoderOf(expert)) ? 0 : CURVATURE;
  const odds = 1 / (1 + Math.exp(-ENTROPY.growth * (entropy - ENTROPY.middle)));
  const mix = (drawing: number, photograph: number) => drawing + (photograph - drawing) * odds;
  const mixed = mix(discriminability, photographs ?? discriminability);
  const deviation = deviations[kind] ?? OTHER_DEVIATION;
  const prior = {
    discriminability: shot > 1 ? SEVERAL * mixed : mixed,
    deviation: shot > 1 ? 1 : mix(deviation, kind === "image" ? PHOTOGRAPH_DEVIATION : deviation),
    spread: isLogistic ? LOGISTIC_SPREAD : SPREAD,
    regression: isLogistic ? ("logistic" as const) : { curvature },
  };
  const usual = { mean: closeness, deviation: closenessDeviation };
  return { prior, share: isJoined ? REPEATED * share : share, usual };
}

/** The name, in place of an encoder's, of a vector of one number: the entropy of a picture's colours. It is no expert. */
const ENTROPY_NAME = "entropy";

export const isExpert = (name: string): boolean => encoderOf(name) !== ENTROPY_NAME;

/** The mean colour entropy, in nats, of the pictures of a modality; 0 without pictures. */
export function entropyOf(
  modality: string,
  examples: readonly { readonly vectors: Readonly<Record<string, Float32Array>> }[],
): number {
  const found = examples.flatMap(({ vectors }) => vectors[`${modality}/${ENTROPY_NAME}`] ?? []);
  return found.reduce((sum, [entropy]) => sum + entropy, 0) / Math.max(1, found.length);
}
