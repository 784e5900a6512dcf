/** Learners with fusions, and learners with terms of the loss. Any goes with any, which the slow lane tests. */

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

/** The pairs that this lane runs. */
export const pairs = inLane(
  Object.keys(learners).flatMap((learner) => Object.keys(fusions).map((fusion): Pair => [learner, fusion])),
  laneOfPair,
);

/** One learner of each way to a gradient: of a head, through descent, and by a meta-gradient of its own. */
export const gradientKinds = ["prototypical", "maml", "reptile"];
