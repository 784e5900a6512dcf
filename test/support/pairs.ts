/** Combinations of learners with fusions, alignments and auxiliary objectives. The slow lane tests all of them. */

import { fusions } from "../../src/fusion/index.js";
import { learners } from "../../src/learner/index.js";
import { inLane, type Lane, laneOfLearner } from "./lane.js";

type Pair = readonly [learner: string, fusion: string];

/** Every learner with one fusion and every fusion with one learner; in the slow lane, all pairs. */
function laneOfPair([learner, fusion]: Pair): Lane {
  if (fusion === "gated") return laneOfLearner(learner);
  if (learner !== "prototypical") return "slow";
  return fusion === "product-of-experts" ? "test" : "full";
}

/** The pairs of the current lane. */
export const pairs = inLane(
  Object.keys(learners).flatMap((learner) => Object.keys(fusions).map((fusion): Pair => [learner, fusion])),
  laneOfPair,
);

/** One learner per kind of meta-gradient: of a head, through inner steps, and custom. */
export const gradientKinds = ["prototypical", "maml", "reptile"];
