/** A program that maps over the episodes of a step gives the mean of one program per episode. */

import { describe, expect, it } from "vitest";
import { relativeError } from "../../test/support/eager.js";
import { engine } from "../../test/support/engine.js";
import { inLane, laneOfLearner } from "../../test/support/lane.js";
import {
  arraysOf,
  drawEpisode,
  stackTrees,
  tinyPrograms,
  tinyShapes,
  trainedWeights,
} from "../../test/support/tiny.js";
import { learners } from "../learner/index.js";
import { meanGradient } from "./programs.js";

describe.each(inLane(Object.keys(learners), laneOfLearner))("episodes of %s in one program", (name) => {
  it("are the mean of each in its own", async () => {
    const programs = tinyPrograms(engine, { learner: { name: name as never } });
    const weights = trainedWeights(programs, 3);
    const shape = { shapes: tinyShapes, way: 3, shot: [1, 2, 2], query: 2 };
    const episodes = [1, 2, 3].map((seed) => drawEpisode(seed, shape));
    const alone = await Promise.all(episodes.map((episode) => programs.metaGradient(weights, episode)));
    const together = await programs.meanMetaGradient(weights, stackTrees(episodes as never) as never);
    const mean = meanGradient(alone);
    for (const part of ["loss", "score"] as const)
      expect(relativeError([...together[part].data], [mean[part]]), part).toBeLessThan(1e-4);
    for (const part of ["gradient", "statistics"] as const) {
      const [actual, expected] = [together[part], mean[part]].map(arraysOf);
      expect(actual.map(([path]) => path)).toEqual(expected.map(([path]) => path));
      const all = (of: typeof actual) => of.flatMap(([, { data }]) => [...data]);
      expect(relativeError(all(actual), all(expected)), part).toBeLessThan(1e-4);
    }
    expect(arraysOf(together)).toHaveLength(arraysOf(alone[0]).length);
  });
});
