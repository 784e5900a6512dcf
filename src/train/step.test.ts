/** A step as one program against the same step in several: the same parameters, averages and moments. */

import { describe, expect, it } from "vitest";
import { relativeError } from "../../test/support/eager.js";
import { arraysOf, drawEpisode, stackTrees, tinyPrograms, tinyShapes } from "../../test/support/tiny.js";
import { copyTree } from "../base/array.js";
import { Engine } from "../engine/index.js";
import type { EpisodeArrays } from "../episode/index.js";
import { stepsFrom } from "./ahead.js";
import type { Drawing } from "./draw.js";
import { type Stepper, stepperFor } from "./step.js";
import { startingState } from "./update.js";

const engine = new Engine({ threads: 2 });
const shape = { shapes: tinyShapes, way: 3, shot: [1, 2, 2], query: 2 };
const STEPS = 4;
const RATE = 0.01;

const stacked = (seeds: readonly number[]) =>
  stackTrees(seeds.map((seed) => drawEpisode(seed, shape)) as never) as unknown as EpisodeArrays;

/** Of ridge every parameter has a gradient; `linear-probe` leaves the encoders where they are. */
describe.each(["ridge", "linear-probe"] as const)("steps of %s by one program", (name) => {
  it.each(["adam", "sgd"] as const)("are those of several, by %s", async (optimizer) => {
    const programs = tinyPrograms(engine, { learner: { name } });
    const train = { ...programs.definition.recipe.train, optimizer, metaBatch: 4 };
    const go = async (take: Stepper, episodes: (step: number) => readonly EpisodeArrays[]) => {
      let state = startingState(programs.definition.init(1), optimizer);
      const losses: number[] = [];
      for (let step = 1; step <= STEPS; step++) {
        const stepped = await take(state, episodes(step), RATE, undefined).stepped;
        losses.push(stepped.loss, stepped.score);
        state = stepped.state;
      }
      return { state: copyTree(state as never) as unknown as typeof state, losses };
    };
    const whole = await go(stepperFor(programs, { kind: "vmap", chunk: 4 }, train), (step) => [
      stacked([step, 10 + step, 20 + step, 30 + step]),
    ]);
    const halves = await go(stepperFor(programs, { kind: "vmap", chunk: 2 }, train), (step) => [
      stacked([step, 10 + step]),
      stacked([20 + step, 30 + step]),
    ]);
    expect(relativeError(whole.losses, halves.losses)).toBeLessThan(1e-4);
    const [actual, expected] = [whole, halves].map(({ state: { step: _, ...trees } }) => arraysOf(trees));
    expect(actual.map(([path]) => path)).toEqual(expected.map(([path]) => path));
    for (const [i, [path, { data }]] of actual.entries())
      expect(relativeError([...data], [...expected[i][1].data]), path).toBeLessThan(1e-3);
  });
});

describe("steps that start before the one before has ended", () => {
  const programs = tinyPrograms(engine, { learner: { name: "ridge" } });
  const train = { ...programs.definition.recipe.train, metaBatch: 2 };
  const rooms = [0, 1].map((seed) => stacked([seed, 10 + seed]));
  /** Drawn into two rooms in turns, as training does. */
  const draw = function* (step: number): Drawing {
    const drawn = arraysOf(stacked([step, 10 + step]) as never);
    for (const [i, [, { data }]] of arraysOf(rooms[step % 2] as never).entries()) data.set(drawn[i][1].data);
    yield;
    return [rooms[step % 2]];
  };

  const go = async (take: Stepper) => {
    const next = stepsFrom(startingState(programs.definition.init(1), "adam"), {
      draw,
      take,
      rateAfter: () => RATE,
      isOver: (steps) => steps >= 2 * STEPS,
    });
    const losses: number[] = [];
    for (let step = 1; step < 2 * STEPS; step++) losses.push((await next()).loss);
    const { state, loss } = await next();
    return [...losses, loss, ...arraysOf(state.params).flatMap(([, { data }]) => [...data])];
  };

  it("lead where steps lead that wait for each other", async () => {
    const take = stepperFor(programs, { kind: "vmap", chunk: 2 }, train);
    const started: boolean[] = [];
    const ahead = await go((...step) => {
      const own = take(...step);
      started.push(own.ahead !== undefined);
      return own;
    });
    expect(started).toEqual(Array(2 * STEPS).fill(true));
    const waiting = await go((...step) => ({ stepped: take(...step).stepped }));
    expect(ahead).toEqual(waiting);
  });
});
