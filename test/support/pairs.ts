/**
 * Learners with fusions. Any goes with any, which the slow lane (`npm run test:slow`) holds for all pairs; `npm test`
 * takes every learner with one fusion and every fusion with one learner.
 */

import { fusions } from "../../src/fusion/index.js";
import { learners } from "../../src/learner/index.js";

export const pairs: readonly (readonly [learner: string, fusion: string])[] = Object.keys(learners).flatMap(
  (learner) =>
    Object.keys(fusions)
      .filter((fusion) => process.env.ALL_PAIRS || learner === "prototypical" || fusion === "gated")
      .map((fusion) => [learner, fusion] as const),
);
