/**
 * How well a certainty tells queries of an episode's classes from queries of others, and whether the probabilities of
 * the former mean what they say.
 */

import { type Certainty, certainties } from "../objective/certainty.js";
import { type Answered, BINS, calibrationError, confidenceOf } from "./calibration.js";
import { accepted, auroc, fpr95 } from "./roc.js";
import { type Estimate, jackknife } from "./statistics.js";

/** Calibration of the probabilities of known queries. */
export interface Calibration {
  /** What logits are divided by: the model's temperature, or 1 where it did harm on validation at these ways. */
  readonly temperature: number;
  /** Of equal width. */
  readonly bins: number;
  /** Expected calibration error of softmax(logits), and of softmax(logits / temperature). */
  readonly before: Estimate;
  readonly after: Estimate;
}

/** How known queries are told from queries of other classes. */
export interface OpenSet {
  readonly score: Certainty;
  /** Queries in all. */
  readonly known: number;
  readonly unknown: number;
  /** 0.5 is chance. */
  readonly auroc: Estimate;
  /** The share of unknown queries accepted where 95 % of the known are; 0.95 is chance. */
  readonly fpr95: Estimate;
  /** The threshold stored in the model, and the shares of known accepted and of unknown rejected by it. */
  readonly threshold: number | null;
  readonly knownAccepted: Estimate | null;
  readonly unknownRejected: Estimate | null;
  /** True where the certainty tells known from unknown queries hardly better than chance. */
  readonly uninformative: boolean;
}

export interface CertaintyEvaluation {
  readonly calibration: Calibration;
  /** Null where `reason` says why. */
  readonly openSet: OpenSet | null;
  readonly reason?: string;
}

/** The answers to one episode's queries, by whether they are of its classes. */
export interface OpenAnswers {
  readonly known: readonly Answered[];
  readonly unknown: readonly { readonly logits: ArrayLike<number> }[];
}

/** How well the probabilities of known queries are calibrated, as they are and at a temperature. */
export function measureCalibration(answers: readonly OpenAnswers[], temperature: number): Calibration {
  const errorAt = (of: number) =>
    jackknife(
      answers.map(({ known }) => known.map((answer) => confidenceOf(answer, of))),
      (some) => calibrationError(some.flat()),
    );
  return { temperature, bins: BINS, before: errorAt(1), after: errorAt(temperature) };
}

/** An AUROC up to this is chance, whatever its interval. */
const NEAR_CHANCE = 0.55;

/** How well a score tells known from unknown queries, by itself and at a threshold. Null where none is unknown. */
export function measureOpenSet(
  answers: readonly OpenAnswers[],
  score: Certainty,
  threshold: number | null,
): OpenSet | null {
  const scored = answers.map(({ known, unknown }) => ({
    known: known.map(({ logits }) => certainties[score](logits)),
    unknown: unknown.map(({ logits }) => certainties[score](logits)),
  }));
  type Scores = readonly number[];
  const estimate = (of: (known: Scores, unknown: Scores) => number) =>
    jackknife(scored, (some) =>
      of(
        some.flatMap(({ known }) => known),
        some.flatMap(({ unknown }) => unknown),
      ),
    );
  const count = (of: "known" | "unknown") => scored.reduce((sum, episode) => sum + episode[of].length, 0);
  const [known, unknown] = [count("known"), count("unknown")];
  if (unknown === 0) return null;
  const area = estimate(auroc);
  const [knownAccepted, unknownRejected] =
    threshold === null
      ? [null, null]
      : [estimate((ours) => accepted(ours, threshold)), estimate((_, o) => 1 - accepted(o, threshold))];
  const overlaps = area.value - area.halfWidth <= 0.5 || area.value <= NEAR_CHANCE;
  const rejectsAlike = unknownRejected !== null && unknownRejected.value <= 1 - knownAccepted!.value;
  return {
    score,
    known,
    unknown,
    auroc: area,
    fpr95: estimate(fpr95),
    threshold,
    knownAccepted,
    unknownRejected,
    uninformative: overlaps || rejectsAlike,
  };
}
