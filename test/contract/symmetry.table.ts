/** How predictions depend on the order of classes and examples, on other queries, and on the modalities present. */

import { describe, expect, it } from "vitest";
import type { EpisodeArrays } from "../../src/episode/index.js";
import { learners } from "../../src/learner/index.js";
import type { TrainingPrograms } from "../../src/train/programs.js";
import { episode, programsOf, WAY } from "../support/contract.js";
import { relativeError } from "../support/eager.js";
import { inLane, laneOfLearner } from "../support/lane.js";
import { permuteClasses, pickRows, trainedWeights } from "../support/tiny.js";

describe.each(inLane(Object.keys(learners), laneOfLearner))("%s", (name) => {
  const programs = programsOf(name);
  const weights = trainedWeights(programs, 3);
  const predict = async (of: TrainingPrograms, { support, query, ways }: EpisodeArrays) =>
    of.inference.predict(weights, await of.inference.adapt(weights, support, ways), query);
  const logits = async (of: TrainingPrograms, given: EpisodeArrays) =>
    Array.from((await predict(of, given)).outputs.data);

  const { fixedWay } = programs.definition.learner;

  it("follows a permutation of the classes, unless it says that its way is fixed", async () => {
    const order = [2, 0, 1];
    const plain = await logits(programs, episode);
    const permuted = await logits(programs, permuteClasses(episode, order));
    const expected = plain.map((_, i) => plain[i - (i % WAY) + order[i % WAY]]);
    if (fixedWay) expect(relativeError(permuted, expected)).toBeGreaterThan(1e-3);
    else expect(relativeError(permuted, expected)).toBeLessThan(1e-4);
  });

  it("does not see the order of the support or of the queries", async () => {
    const { support, query } = episode;
    const plain = await logits(programs, episode);
    const rows = [5, 2, 0, 4, 1, 3];
    const reordered = await logits(programs, {
      ...episode,
      support: pickRows(support, rows),
      query: pickRows(query, [3, 1, 0, 5, 4, 2]),
    });
    const expected = [3, 1, 0, 5, 4, 2].flatMap((i) => plain.slice(i * WAY, i * WAY + WAY));
    expect(relativeError(reordered, expected)).toBeLessThan(1e-4);
  });

  it("predicts each query by itself, unless it is transductive", async () => {
    const others = pickRows(episode.query, [0, 1, 1, 1, 1, 1]);
    const first = async (of: TrainingPrograms, query: typeof others) =>
      (await logits(of, { ...episode, query })).slice(0, WAY);
    const alone = await first(programs, others);
    expect(alone).toEqual(await first(programs, episode.query));
    const together = programsOf(name, { episode: { mode: "transductive" } });
    const error = relativeError(await first(together, others), await first(together, episode.query));
    expect(error).toBeGreaterThan(1e-3);
  });

  it("gives the modalities present fusion weights that add up to 1", async () => {
    const { weights: alpha } = await predict(programs, episode);
    const sums = Array.from(alpha.image.data, (a, i) => a + alpha.strokes.data[i]);
    for (const sum of sums) expect(sum).toBeCloseTo(1, 5);
    expect(alpha.strokes.data[0]).toBe(0);
    expect(Math.min(...alpha.image.data)).toBeGreaterThan(0);
  });
});
