/**
 * Every parameter that a recipe trains has a gradient and moves: of every learner with a fusion, every fusion with a learner,
 * and every alignment and auxiliary objective with each kind of gradient. A model is read by the shapes that it starts with.
 */

import { describe, expect, it } from "vitest";
import { random } from "../../src/base/random.js";
import type { EpisodeArrays } from "../../src/episode/index.js";
import { learners, learnersOf } from "../../src/learner/index.js";
import { meanGradient } from "../../src/train/programs.js";
import { startingState, update } from "../../src/train/update.js";
import { as, episode, isUsualTerm, programsOf, terms, typesOf } from "../support/contract.js";
import { engine } from "../support/engine.js";
import { inLane, type Lane, laneOfLearner } from "../support/lane.js";
import { gradientKinds, pairs } from "../support/pairs.js";
import { arraysOf, drawNumbers, tinyPrograms, tinyShapes, without } from "../support/tiny.js";

/** Support and query lack each modality somewhere: first-order gradients see queries alone, learning rates see both. */
const everyLack: EpisodeArrays = {
  ...episode,
  support: without(episode.support, "strokes", [2]),
  query: without(episode.query, "image", [1]),
};

/** Descent through the network takes long to compile: outside the slow lane, one term of each kind with MAML. */
function laneOfTerm(learner: string, how: string): Lane {
  if (!gradientKinds.includes(learner)) return "slow";
  if (learner === "maml" && !/ (mean|masked)$/.test(how)) return "slow";
  return learner === "prototypical" && isUsualTerm(how) ? "test" : "full";
}

const withFusions = pairs.map(([learner, fusion]) => ({
  how: `${learner} with ${fusion}`,
  recipe: {
    learner: as(learner),
    fusion: fusion as never,
    alignment: { name: "mean", weight: 0.2 },
  } as const,
  of: everyLack,
}));
const withTerms = inLane(
  Object.keys(learners).flatMap((learner) =>
    terms.map(([how, recipe]) => ({
      how: `${learner} ${how}`,
      recipe: { learner: as(learner), ...recipe },
      // An auxiliary objective predicts from examples that have both modalities.
      of: episode,
      lane: laneOfTerm(learner, how),
    })),
  ),
  ({ lane }) => lane,
);
const cases = [...withFusions, ...withTerms];

/** The least gradient; that of a rate is a product of two, which are small after a step or two. */
const leastOf = (path: string) => (path.startsWith("learner.rates.") ? 1e-9 : 1e-6);

describe.each(cases)("$how", ({ recipe, of }) => {
  it("is read by the shapes that it starts with", () => {
    const programs = tinyPrograms(engine, recipe);
    expect(typesOf(programs.definition.blankWeights())).toEqual(typesOf(programs.definition.init(1)));
  });

  it("moves every parameter that it trains (none is left out of gradient and update)", async () => {
    const programs = tinyPrograms(engine, recipe);
    const { trainable = () => true } = programs.definition.learner;
    const initial = programs.definition.init(1);
    const state = startingState(initial);
    const shown = programs.definition.drawAuxiliary(of, random(1));
    const solved = await programs.solveAlignment(state, [shown], false);
    const first = await programs.metaGradient(state, shown, { solved });
    for (const [path, { data }] of arraysOf(first.gradient))
      expect(data.every(Number.isFinite), path).toBe(true);
    // Gates start at zero, so what they read gets its gradient from the second step on.
    const { state: next } = update(state, meanGradient([first]), 0.01, { trainable });
    const second = await programs.metaGradient(next, shown, { solved });
    const slopes = new Map(arraysOf(second.gradient));
    const before = new Map(arraysOf(initial.params));
    const { state: after } = update(next, meanGradient([second]), 0.01, { trainable });
    for (const [path, { data }] of arraysOf(after.params)) {
      if (!trainable(path)) {
        expect(data, path).toEqual(before.get(path)!.data);
        continue;
      }
      expect(Math.max(...slopes.get(path)!.data.map(Math.abs)), `gradient of ${path}`).toBeGreaterThan(
        leastOf(path),
      );
      expect(data, path).not.toEqual(before.get(path)!.data);
    }
    const old = new Map(arraysOf(initial.state));
    for (const [path, { data }] of arraysOf(after.state)) expect(data, path).not.toEqual(old.get(path)!.data);
  });
});

describe.each(inLane(learnersOf("regression"), laneOfLearner))("regression by %s", (name) => {
  const programs = programsOf(name, { task: "regression" });
  const drawn = drawNumbers(5, { shapes: tinyShapes, shot: 5, query: 4 });
  const given: EpisodeArrays = {
    ...drawn,
    support: without(drawn.support, "image", [1]),
    query: without(drawn.query, "strokes", [0]),
  };
  it("moves every parameter", async () => {
    const state = startingState(programs.definition.init(1));
    const { state: next } = update(state, meanGradient([await programs.metaGradient(state, given)]), 0.01);
    const { gradient: slopes, loss, score } = await programs.metaGradient(next, given);
    for (const [path, { data }] of arraysOf(slopes))
      expect(Math.max(...data.map(Math.abs)), path).toBeGreaterThan(1e-7);
    // A loss of a learner's own may be of more than the answers that are scored.
    const { metaLoss, head } = programs.definition.learner;
    if (!metaLoss || head) expect(score.data[0]).toBeCloseTo(loss.data[0], 5);
  });
});
