/** Learners with fusions. Any goes with any, which the slow lane (`npm run test:slow`) holds for all pairs. */

import { fusions } from "../../src/fusion/index.js";
import { learners } from "../../src/learner/index.js";

type Pair = readonly [learner: string, fusion: string];

/** Every learner with each of `someFusions` and every fusion with each of `someLearners`; in the slow lane, all pairs. */
export const pairsWith = (someLearners: readonly string[], someFusions: readonly string[]): readonly Pair[] =>
  Object.keys(learners).flatMap((learner) =>
    Object.keys(fusions)
      .filter(
        (fusion) => process.env.ALL_PAIRS || someLearners.includes(learner) || someFusions.includes(fusion),
      )
      .map((fusion) => [learner, fusion] as const),
  );

/** Every learner with one fusion and every fusion with one learner; in the slow lane, all pairs. */
export const pairs = pairsWith(["prototypical"], ["gated"]);

/** One of each way of moving parameters: by a head's gradient, through descent, by a meta-gradient of its own. All, in the slow lane. */
export const moving = process.env.ALL_PAIRS ? Object.keys(learners) : ["prototypical", "maml", "reptile"];
