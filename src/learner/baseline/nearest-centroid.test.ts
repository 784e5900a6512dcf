/** SimpleShot written out, and its training mean: measured while training, there when adapting. */

import { describe, expect, it } from "vitest";
import { relativeError } from "../../../test/support/eager.js";
import { dot, headOutputs, headProblem, rowsOf } from "../../../test/support/heads.js";
import { drawEpisode, tinyPrograms, tinyShapes } from "../../../test/support/tiny.js";
import { float32, type NDArray } from "../../base/array.js";
import { Engine } from "../../engine/index.js";
import { nearestCentroid } from "./nearest-centroid.js";

const SCALE = 2;
const mean = [0.3, -0.2, 0.1, 0.5];
const params = { logScale: float32([Math.log(SCALE)], []), mean: float32(mean, [4]) };
const unit = (x: number[]) => x.map((v) => v / Math.sqrt(dot(x, x)));

it("measures the distance of centred vectors of length 1 to their classes' means", async () => {
  const problem = headProblem(10, [0, 1, -1, 1], 2, 4);
  const { head } = nearestCentroid.create({} as never, "classification");
  const centred = (x: number[]) => unit(x.map((v, j) => v - mean[j]));
  const [first, second, , third] = rowsOf(problem.features).map(centred);
  const means = [first, second.map((v, j) => (v + third[j]) / 2)];
  const expected = rowsOf(problem.query).flatMap((q) =>
    means.map((c) => -SCALE * centred(q).reduce((sum, v, j) => sum + (v - c[j]) ** 2, 0)),
  );
  const { derived, compiled } = await headOutputs(head!, params, problem);
  expect(relativeError(derived, expected)).toBeLessThan(1e-6);
  expect(relativeError(compiled, expected)).toBeLessThan(1e-4);
});

describe("the mean of the training data", () => {
  const engine = new Engine({ threads: 1 });
  const programs = tinyPrograms(engine, { learner: { name: "nearest-centroid" } });
  const episode = drawEpisode(3, { shapes: tinyShapes, way: 3, shot: 2, query: 2 });
  const withMean = (value: number) => {
    const { params: own, state } = programs.definition.init(1);
    return { params: own, state: { ...state, "@learner": { mean: float32(Array(4).fill(value), [4]) } } };
  };

  it("is measured on an episode, whatever it was before", async () => {
    const measured = async (value: number) => {
      const { statistics } = await programs.metaGradient(withMean(value), episode);
      return (statistics as Record<string, { mean: NDArray }>)["@learner"].mean.data;
    };
    const once = await measured(0);
    expect(once).toEqual(await measured(1));
    expect(Math.max(...once.map(Math.abs))).toBeGreaterThan(0.01);
  });

  it("centres what is adapted to and predicted, alike where vectors were computed before", async () => {
    const { support, query, ways } = episode;
    const counts = float32(Array(6).fill(1), [6]);
    const answers = async (value: number) => {
      const weights = withMean(value);
      const [whole, x, q] = await Promise.all([
        programs.inference.episode(weights, episode),
        programs.inference.embed(weights, support),
        programs.inference.embed(weights, query),
      ]);
      const parts = await programs.inference.headEpisode(
        weights,
        x,
        { labels: support.labels, mask: counts, classMask: ways },
        q,
      );
      expect(relativeError([...parts.data], [...whole.data])).toBeLessThan(1e-4);
      return [...whole.data];
    };
    expect(relativeError(await answers(1), await answers(0))).toBeGreaterThan(1e-2);
  });
});
