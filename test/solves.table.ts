/**
 * Every row of the tables solves a problem that it must be able to: noisy copies of class centres, new classes in every
 * episode, and modalities missing. After a few steps it is right above chance on episodes it has not seen, by more than
 * chance could be. The slow lane takes every row, the others one of each way of learning.
 */

import { expect, it } from "vitest";
import { alignments } from "../src/alignment/index.js";
import { auxiliaries } from "../src/auxiliary/index.js";
import { random } from "../src/base/random.js";
import type { EpisodeArrays } from "../src/episode/index.js";
import { fusions } from "../src/fusion/index.js";
import { learners } from "../src/learner/index.js";
import type { RecipeInput } from "../src/model/index.js";
import { meanGradient } from "../src/train/programs.js";
import { startingState, update } from "../src/train/update.js";
import { engine } from "./support/engine.js";
import { inLane, type Lane } from "./support/lane.js";
import { drawEpisode, tinyPrograms, tinyShapes, without } from "./support/tiny.js";

const [WAY, EPISODES] = [3, 20];
const USUAL = { steps: 30, rate: 0.005, width: 8 };
/** Rows that have to learn what others are given: how to compare, how to read a support, what a context turns. */
const longer: Readonly<Record<string, Partial<typeof USUAL>>> = {
  anil: { steps: 100 },
  svm: { steps: 100 },
  multiplicative: { steps: 100 },
  relation: { steps: 300 },
  "set-transformer": { steps: 300 },
  cavia: { steps: 1000, rate: 0.002, width: 32 },
};
/** Of 20 episodes of 9 queries, chance is above this less than once in ten thousand. */
const ABOVE_CHANCE = 1 / WAY + 4 * Math.sqrt((1 / WAY) * (1 - 1 / WAY) * (1 / (EPISODES * 9)));

/** Every third support example lacks its image, every third query its strokes. */
function episodeOf(seed: number): EpisodeArrays {
  const whole = drawEpisode(seed, { shapes: tinyShapes, way: WAY, shot: 3, query: 3 });
  return {
    ...whole,
    support: without(whole.support, "image", [0, 3, 6]),
    query: without(whole.query, "strokes", [1, 4, 7]),
  };
}

const as = (name: string) => name as never;
const all: [string, RecipeInput][] = [
  ...Object.keys(learners).map((name): [string, RecipeInput] => [name, { learner: as(name) }]),
  ...Object.keys(fusions).map((name): [string, RecipeInput] => [name, { fusion: as(name) }]),
  ...Object.keys(alignments).map((name): [string, RecipeInput] => [name, { alignment: as(name) }]),
  ...Object.keys(auxiliaries).map((name): [string, RecipeInput] => [name, { auxiliary: as(name) }]),
];
const few: Readonly<Record<string, Lane>> = {
  prototypical: "test",
  "product-of-experts": "test",
  maml: "full",
  reptile: "full",
  gcca: "full",
  masked: "full",
};

it.each(inLane(all, ([name]) => few[name] ?? "slow"))("%s is right above chance", async (name, recipe) => {
  const { steps, rate, width } = { ...USUAL, ...longer[name] };
  const programs = tinyPrograms(engine, { width, ...recipe });
  let state = startingState(programs.definition.init(1));
  for (let step = 0; step < steps; step++) {
    const shown = programs.definition.drawAuxiliary(episodeOf(100 + step), random(2, "draw", step));
    const solved = await programs.solveAlignment(state, [shown], false);
    const gradient = meanGradient([await programs.metaGradient(state, shown, { solved })]);
    state = update(state, gradient, rate, programs.definition.learner).state;
  }
  let right = 0;
  for (let seed = 0; seed < EPISODES; seed++) {
    const episode = episodeOf(seed);
    const { data } = await programs.inference.episode(state, episode);
    const { labels } = episode.query;
    for (let i = 0; i < 9; i++) {
      const row = [...data.slice(i * WAY, (i + 1) * WAY)];
      right += labels.data[i * WAY + row.indexOf(Math.max(...row))];
    }
  }
  expect(right / (EPISODES * 9)).toBeGreaterThan(ABOVE_CHANCE);
});
