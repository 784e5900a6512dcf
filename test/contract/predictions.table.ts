/** An alignment or auxiliary objective changes training alone: predictions of the same weights are the same without it. */

import { expect, it } from "vitest";
import { learners } from "../../src/learner/index.js";
import type { RecipeInput } from "../../src/model/index.js";
import { episode, isUsualTerm, programsOf, terms } from "../support/contract.js";
import { inLane, type Lane } from "../support/lane.js";
import { trainedWeights } from "../support/tiny.js";

/** Reptile alone descends on the terms as well; the slow lane takes every learner. */
const cases = inLane(
  Object.keys(learners).flatMap((learner) =>
    terms.map(([how, recipe]) => {
      const lane: Lane = learner !== "reptile" ? "slow" : isUsualTerm(how) ? "test" : "full";
      return { learner, how, recipe, lane };
    }),
  ),
  ({ lane }) => lane,
);

it.each(cases)("$learner $how predicts as without it", async ({ learner, recipe }) => {
  const predictions = (more: RecipeInput) => {
    const programs = programsOf(learner, more);
    return programs.inference.episode(trainedWeights(programs, 2), episode);
  };
  expect(await predictions(recipe)).toEqual(await predictions({}));
});
