/** Prints certainty: unknown-class detection and calibration in evaluations, summaries and warnings. */

import type { CertaintyCard, CertaintyEvaluation, Estimate, ModelCard } from "../index.js";
import { figure, grouped, interval, percent } from "./text.js";

/** Name of each score. */
const scoreWords: Readonly<Record<CertaintyCard["score"], string>> = {
  logit: "the largest logit",
  probability: "the largest probability",
};

const area = ({ value, halfWidth }: Estimate) => `${value.toFixed(3)} ± ${halfWidth.toFixed(3)}`;
const share = ({ value, halfWidth }: Estimate) => interval(value, halfWidth);

/** The lines below the table of an evaluation; `fitted` is the certainty fitted in training, if any. */
export function certaintyLines(
  { calibration, openSet, reason }: CertaintyEvaluation,
  fitted: ModelCard["certainty"],
): string[] {
  const { temperature, bins, before, after } = calibration;
  const isApplied = !fitted || temperature === fitted.temperature;
  const scaled = isApplied
    ? `and ${share(after)} at temperature ${figure(temperature)}${fitted ? fittedAt(fitted) : ""}`
    : `without a temperature: ${figure(fitted.temperature)},${fittedAt(fitted)}, increased the calibration error on validation at a similar way`;
  const calibrated = `calibration  error ${share(before)}, ${scaled}; ${bins} bins of equal width`;
  if (!openSet) return [`unknown      not measured: ${reason}`, calibrated];
  const { score, known, unknown, auroc, fpr95, knownAccepted, unknownRejected } = openSet;
  const measured =
    `unknown      AUROC ${area(auroc)}, FPR95 ${share(fpr95)}, by ${scoreWords[score]}; ` +
    `${grouped(known)} queries of known classes, ${grouped(unknown)} of others`;
  const threshold =
    knownAccepted && unknownRejected
      ? `accepts ${share(knownAccepted)} of known queries, rejects ${share(unknownRejected)} of others;${fittedAt(fitted!)}`
      : `none, so that no prediction is flagged: ${unfittedReason(fitted)}`;
  return [measured, `threshold    ${threshold}`, calibrated];
}

/** The warning that the flag `unknown` was uninformative in an evaluation; undefined if it was not. */
export function uninformativeWarning({ openSet }: CertaintyEvaluation): string | undefined {
  if (!openSet?.uninformative) return undefined;
  const { auroc, knownAccepted, unknownRejected } = openSet;
  const rejects =
    knownAccepted && unknownRejected
      ? `; the threshold rejects ${percent(unknownRejected.value)} of other classes and ${percent(1 - knownAccepted.value)} of the known`
      : "";
  return `warning: "unknown" is uninformative here: AUROC ${area(auroc)}, chance is 0.5${rejects}. Do not rely on it.`;
}

/** One line on what was fitted when the model was trained. */
export function certaintySummary(certainty: CertaintyCard): string {
  const { threshold, auroc, fpr95, uninformative, temperature } = certainty;
  const summary =
    threshold === null
      ? `never flagged: ${unfittedReason(certainty)}`
      : `rejects ${percent(1 - fpr95!)} of other classes when accepting 95 % of known queries (AUROC ${figure(auroc!)})` +
        (uninformative ? "; uninformative, do not rely on it" : "");
  const harmed = (certainty.otherWays ?? []).filter(({ helps }) => !helps).map(({ way }) => `${way}-way`);
  const omitted =
    harmed.length > 0
      ? `, not applied at ${harmed.join(" and ")}, since it increased the calibration error there`
      : "";
  return `${summary}; temperature ${figure(temperature)}${temperature !== 1 ? fittedAt(certainty) : ""}${omitted}`;
}

/** The way and shot of the validation episodes on which temperature and threshold were fitted. */
const fittedAt = ({ way, shot }: CertaintyCard): string => ` fitted at ${way}-way ${shot}-shot`;

/** The note or warning that `unknown` in predictions is absent or uninformative; undefined if it is informative. */
export function unknownWarning({ certainty, recipe }: ModelCard): string | undefined {
  if (recipe.task === "regression") return undefined;
  if (!certainty || certainty.threshold === null)
    return `note: no prediction is flagged "unknown": ${unfittedReason(certainty)}`;
  if (!certainty.uninformative) return undefined;
  return `warning: "unknown" was uninformative on validation (AUROC ${figure(certainty.auroc!)}, chance is 0.5). Do not rely on it.`;
}

const unfittedReason = (certainty: CertaintyCard | null): string =>
  certainty?.reason ?? "the model is of a version that fitted no threshold; train it again";
