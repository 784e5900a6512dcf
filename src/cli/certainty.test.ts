/** The words for certainty: what was fitted and measured, and loudly where it is worth nothing. */

import { describe, expect, it } from "vitest";
import type { CertaintyCard, CertaintyEvaluation, ModelCard, OpenSet } from "../index.js";
import { certaintyLines, certaintySummary, uninformativeWarning, unknownWarning } from "./certainty.js";

const card: CertaintyCard = {
  score: "logit",
  temperature: 0.8123,
  threshold: -1.5,
  auroc: 0.7712,
  fpr95: 0.704,
  uninformative: false,
  way: 20,
  shot: 1,
  episodes: 100,
};
const unfitted: CertaintyCard = { ...card, threshold: null, auroc: null, fpr95: null, reason: "too few" };
const openSet: OpenSet = {
  score: "probability",
  known: 7500,
  unknown: 6000,
  auroc: { value: 0.7712, halfWidth: 0.0123 },
  fpr95: { value: 0.7, halfWidth: 0.02 },
  threshold: 0.4,
  knownAccepted: { value: 0.948, halfWidth: 0.006 },
  unknownRejected: { value: 0.31, halfWidth: 0.012 },
  uninformative: false,
};
const evaluation: CertaintyEvaluation = {
  calibration: {
    temperature: 0.8123,
    bins: 15,
    before: { value: 0.05, halfWidth: 0.003 },
    after: { value: 0.02, halfWidth: 0.002 },
  },
  openSet,
};
const modelOf = (certainty: CertaintyCard | null, task = "classification") =>
  ({ certainty, recipe: { task } }) as ModelCard;

describe("an evaluation", () => {
  it("tells figures with their intervals, and what the threshold was fitted by", () => {
    expect(certaintyLines(evaluation, card)).toEqual([
      "unknown      AUROC 0.771 ± 0.012, FPR95 70.0 ± 2.0 %, by the largest probability; 7,500 queries of known classes, 6,000 of others",
      "threshold    accepts 94.8 ± 0.6 % of known queries, rejects 31.0 ± 1.2 % of others; fitted at 20-way 1-shot",
      "calibration  error 5.0 ± 0.3 %, and 2.0 ± 0.2 % at temperature 0.812 fitted at 20-way 1-shot; 15 bins of equal width",
    ]);
    expect(uninformativeWarning(evaluation)).toBeUndefined();
  });

  it("says that the temperature was left out, and why, where it did harm on validation", () => {
    const calibration = { ...evaluation.calibration, temperature: 1, after: evaluation.calibration.before };
    expect(certaintyLines({ ...evaluation, calibration }, card)[2]).toBe(
      "calibration  error 5.0 ± 0.3 %, without a temperature: 0.812, fitted at 20-way 1-shot, increased the calibration error on validation at a similar way; 15 bins of equal width",
    );
    const otherWays = [2, 5, 10].map((way) => ({ way, helps: way === 10 }));
    expect(certaintySummary({ ...card, otherWays })).toMatch(
      /; temperature 0\.812 fitted at 20-way 1-shot, not applied at 2-way and 5-way, since it increased the calibration error there$/,
    );
  });

  it("tells why there is no threshold, or nothing measured", () => {
    const without = { ...openSet, threshold: null, knownAccepted: null, unknownRejected: null };
    const [, threshold] = certaintyLines({ ...evaluation, openSet: without }, unfitted);
    expect(threshold).toBe("threshold    none, so that no prediction is flagged: too few");
    expect(certaintyLines({ ...evaluation, openSet: without }, null)[1]).toMatch(/train it again$/);
    const [unknown] = certaintyLines({ ...evaluation, openSet: null, reason: "none left" }, card);
    expect(unknown).toBe("unknown      not measured: none left");
  });

  it("says loudly that it is uninformative", () => {
    const uninformative = { ...openSet, uninformative: true, auroc: { value: 0.508, halfWidth: 0.02 } };
    expect(uninformativeWarning({ ...evaluation, openSet: uninformative })).toBe(
      'warning: "unknown" is uninformative here: AUROC 0.508 ± 0.020, chance is 0.5; ' +
        "the threshold rejects 31.0 % of other classes and 5.2 % of the known. Do not rely on it.",
    );
  });
});

describe("a model", () => {
  it("is summed up in a line", () => {
    expect(certaintySummary(card)).toBe(
      "rejects 29.6 % of other classes when accepting 95 % of known queries (AUROC 0.771); temperature 0.812 fitted at 20-way 1-shot",
    );
    expect(certaintySummary({ ...card, uninformative: true })).toContain("uninformative, do not rely on it");
    expect(certaintySummary(unfitted)).toBe(
      "never flagged: too few; temperature 0.812 fitted at 20-way 1-shot",
    );
  });

  it("warns of flags that say nothing, and is silent of those that do", () => {
    expect(unknownWarning(modelOf(card))).toBeUndefined();
    expect(unknownWarning(modelOf({ ...card, uninformative: true }))).toMatch(
      /^warning: .*uninformative.*AUROC 0\.771/,
    );
    expect(unknownWarning(modelOf(unfitted))).toBe('note: no prediction is flagged "unknown": too few');
    expect(unknownWarning(modelOf(null))).toMatch(/train it again$/);
    expect(unknownWarning(modelOf(null, "regression"))).toBeUndefined();
  });
});
