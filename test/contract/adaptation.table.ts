/** Every learner adapts and then predicts what one program does at once, for any number of classes and shots. */

import { describe, expect, it } from "vitest";
import type { EpisodeArrays } from "../../src/episode/index.js";
import { learners, learnersOf } from "../../src/learner/index.js";
import { type ClassPrediction, Model } from "../../src/model/index.js";
import { drawings, episode, programsOf, tinyCard, WAY } from "../support/contract.js";
import { relativeError } from "../support/eager.js";
import { engine } from "../support/engine.js";
import { inLane, laneOfLearner } from "../support/lane.js";
import { drawNumbers, padRows, pickRows, tinyShapes, trainedWeights, without } from "../support/tiny.js";

describe.each(inLane(Object.keys(learners), laneOfLearner))("%s", (name) => {
  const programs = programsOf(name);
  const weights = trainedWeights(programs, 3);
  const model = new Model(tinyCard(programs.definition.recipe), weights, engine);

  it("adapts and predicts as it does in one program", async () => {
    const { support, query, ways } = episode;
    const { outputs } = await programs.inference.predict(
      weights,
      await programs.inference.adapt(weights, support, ways),
      query,
    );
    const whole = await programs.inference.episode(weights, episode);
    expect(relativeError([...outputs.data], [...whole.data])).toBeLessThan(1e-4);
  });

  const { fixedWay } = programs.definition.learner;

  it.each([
    [2, [1, 1]],
    [3, [1, 3, 2]],
    [7, [1, 2, 1, 1, 4, 1, 1]],
  ])("adapts to %i classes of unequal shots, or refuses where its way is fixed", async (way, shots) => {
    const support = shots.flatMap((n, k) => drawings(k, n));
    if (fixedWay && way !== WAY) {
      const refused = new RegExp(`expected ${WAY}, which .* was meta-trained for`);
      await expect(model.adapt(support)).rejects.toThrow(refused);
      return;
    }
    const task = await model.adapt(support);
    expect(task.classes).toHaveLength(way);
    const [prediction] = await task.predictAll(drawings(1, 1));
    const { probabilities: p, weights: alpha, label } = prediction as ClassPrediction;
    expect(Object.keys(p)).toEqual(task.classes);
    expect(task.classes).toContain(label);
    expect(Object.values(p).reduce((a, b) => a + b)).toBeCloseTo(1, 12);
    expect(Object.values(alpha).reduce((a, b) => a + b)).toBeCloseTo(1, 5);
  });
});

describe.each(inLane(learnersOf("regression"), laneOfLearner))("regression by %s", (name) => {
  const programs = programsOf(name, { task: "regression" });
  const weights = trainedWeights(programs, 4);
  const drawn = drawNumbers(5, { shapes: tinyShapes, shot: 5, query: 4 });
  const given: EpisodeArrays = {
    ...drawn,
    support: without(drawn.support, "image", [1]),
    query: without(drawn.query, "strokes", [0]),
  };
  const values = async (of: EpisodeArrays) => [...(await programs.inference.episode(weights, of)).data];

  it("adapts and predicts as it does in one program, whatever the order, the padding and what absence holds", async () => {
    const plain = await values(given);
    const { support, query, ways } = given;
    const { outputs } = await programs.inference.predict(
      weights,
      await programs.inference.adapt(weights, support, ways),
      query,
    );
    expect(outputs.shape).toEqual([4, 1]);
    expect(relativeError([...outputs.data], plain)).toBeLessThan(1e-4);
    const others = {
      reordered: { ...given, support: pickRows(support, [4, 2, 0, 1, 3]) },
      padded: { ...given, support: padRows(support, 3), query: padRows(query, 2) },
      garbage: { ...given, support: without(support, "image", [1], -3) },
    };
    for (const [what, other] of Object.entries(others))
      expect(relativeError((await values(other)).slice(0, 4), plain), what).toBeLessThan(1e-4);
  });

  it("uses the targets of the support, not only its examples", async () => {
    const { support } = given;
    const data = support.labels.data.map((x) => 3 - x);
    const other = { ...given, support: { ...support, labels: { ...support.labels, data } } };
    expect(relativeError(await values(other), await values(given))).toBeGreaterThan(1e-3);
  });
});
