/** Measures the base model's `unknown` and its probabilities on episodes with queries of unknown classes. */

import {
  type CertaintyEvaluation,
  measureCalibration,
  measureOpenSet,
  type OpenPredictions,
} from "../evaluate/open-set.js";
import { type EpisodeEvidence, sumOf } from "./episode-evidence.js";

/** Calibration of probabilities, and detection of unknown queries by typicality at each episode's own threshold. */
export function measureUnknown(episodes: readonly EpisodeEvidence[]): CertaintyEvaluation {
  const scored = episodes.map(({ way, head, queries }) =>
    queries.map((query) => {
      const evidence = sumOf(query, way);
      return {
        label: query.label,
        logits: evidence.total.map((x) => head.card.scale * x),
        // As one logit, so that the threshold is 0 in every episode.
        margin: [head.typicality(evidence) - head.card.threshold],
      };
    }),
  );
  const split = (of: "logits" | "margin"): OpenPredictions[] =>
    scored.map((queries) => ({
      known: queries
        .filter(({ label }) => label >= 0)
        .map((each) => ({ logits: each[of], label: each.label })),
      unknown: queries.filter(({ label }) => label === -1).map((each) => ({ logits: each[of] })),
    }));
  const calibration = measureCalibration(split("logits"), 1);
  const openSet = measureOpenSet(split("margin"), "logit", 0);
  if (openSet) return { calibration, openSet };
  return { calibration, openSet, reason: "the episodes leave no class over to be unknown" };
}
