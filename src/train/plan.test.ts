/** The two ways a step's episodes are run give the same; which one is taken follows from shapes. */

import { describe, expect, it } from "vitest";
import { relativeError } from "../../test/support/eager.js";
import {
  arraysOf,
  drawEpisode,
  stackTrees,
  tinyPrograms,
  tinyShapes,
  trainedWeights,
} from "../../test/support/tiny.js";
import { Engine } from "../engine/index.js";
import { learners } from "../learner/index.js";
import { planFor } from "./plan.js";
import { meanGradient } from "./programs.js";

const engine = new Engine({ threads: 2 });
const image = { kind: "image", shape: [1, 28, 28] } as const;
const vector = { kind: "vector", shape: [1] } as const;

describe("the plan", () => {
  it("gives an episode of a convolution network its own program, and maps over little ones", () => {
    expect(planFor(112_000, [image], 80, 32)).toEqual({ kind: "task-parallel", chunk: 1 });
    expect(planFor(112_000, [vector, image], 80, 32)).toEqual({ kind: "task-parallel", chunk: 1 });
    expect(planFor(1761, [vector], 20, 25)).toEqual({ kind: "vmap", chunk: 25 });
    expect(planFor(66_000, [vector], 100, 32)).toEqual({ kind: "vmap", chunk: 8 });
    expect(planFor(1761, [vector], 20, 1)).toEqual({ kind: "alone", chunk: 1 });
  });
});

describe.each(Object.values(learners).map(({ name }) => name))("episodes of %s in one program", (name) => {
  it("are the mean of each in its own", async () => {
    const programs = tinyPrograms(engine, { learner: { name } });
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
