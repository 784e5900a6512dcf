/** Open-set detection: how well a certainty score separates queries of known classes from others; and calibration. */

import { type Certainty, certainties } from "../objective/certainty.js";
import { BINS, calibrationError, confidenceOf, type LabelledLogits } from "./calibration.js";
import { acceptedShare, auroc, fpr95 } from "./roc.js";
import { type Estimate, jackknife } from "./statistics.js";

/** Calibration of the probabilities of known queries. */
export interface Calibration {
  /** The temperature that logits are divided by: the model's, or 1 if it made calibration worse at such ways. */
  readonly temperature: number;
  /** The number of bins of equal width. */
  readonly bins: number;
  /** Expected calibration error of softmax(logits). */
  readonly before: Estimate;
  /** Expected calibration error of softmax(logits / temperature). */
  readonly after: Estimate;
}

/** Separation of queries of known classes from queries of unknown classes. */
export interface OpenSet {
  readonly score: Certainty;
  /** The number of queries of known classes. */
  readonly known: number;
  /** The number of queries of unknown classes. */
  readonly unknown: number;
  /** Area under the ROC curve; 0.5 is chance. */
  readonly auroc: Estimate;
  /** Share of unknown queries accepted at the threshold that accepts 95 % of known ones; 0.95 is chance. */
  readonly fpr95: Estimate;
  /** The threshold stored in the model. */
  readonly threshold: number | null;
  /** Share of known queries that reach the threshold, and of unknown queries that do not. */
  readonly knownAccepted: Estimate | null;
  readonly unknownRejected: Estimate | null;
  /** Whether the score separates known from unknown queries hardly better than chance. */
  readonly uninformative: boolean;
}

export interface CertaintyEvaluation {
  readonly calibration: Calibration;
  /** Null if it was not measured; `reason` says why. */
  readonly openSet: OpenSet | null;
  readonly reason?: string;
}

/** The predictions of one episode: queries of its classes, and of unknown classes. */
export interface OpenPredictions {
  readonly known: readonly LabelledLogits[];
  readonly unknown: readonly { readonly logits: ArrayLike<number> }[];
}

/** Calibration error of known queries, with and without a temperature. */
export function measureCalibration(
  predictions: readonly OpenPredictions[],
  temperature: number,
): Calibration {
  const errorAt = (of: number) =>
    jackknife(
      predictions.map(({ known }) => known.map((prediction) => confidenceOf(prediction, of))),
      (some) => calibrationError(some.flat()),
    );
  return { temperature, bins: BINS, before: errorAt(1), after: errorAt(temperature) };
}

/** Largest AUROC that counts as chance, whatever its interval. */
const NEAR_CHANCE = 0.55;

/** Separation of known from unknown queries by a score, overall and at a threshold. Null without unknown queries. */
export function measureOpenSet(
  predictions: readonly OpenPredictions[],
  score: Certainty,
  threshold: number | null,
): OpenSet | null {
  const scored = predictions.map(({ known, unknown }) => ({
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
  const at = (limit: number) => [
    estimate((known) => acceptedShare(known, limit)),
    estimate((_, unknown) => 1 - acceptedShare(unknown, limit)),
  ];
  const [knownAccepted, unknownRejected] = threshold === null ? [null, null] : at(threshold);
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
