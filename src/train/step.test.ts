/** A step as one program against the same step in several: the same parameters, averages and moments. */

import { describe, expect, it } from "vitest";
import { relativeError } from "../../test/support/eager.js";
import { arraysOf, drawEpisode, stackTrees, tinyPrograms, tinyShapes } from "../../test/support/tiny.js";
import { copyTree, type NDArray } from "../base/array.js";
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

describe.each(["onnxruntime", "wasm"] as const)("a step that is not finite, on %s", (runtime) => {
  const own = new Engine({ threads: 2, runtime });
  const bad = (seeds: readonly number[]): EpisodeArrays => {
    const episodes = stacked(seeds);
    const { image } = episodes.support.values as Record<string, NDArray>;
    image.data[3] = 3e38;
    image.data[4] = Number.NaN;
    return episodes;
  };
  const halves = (make: (seeds: readonly number[]) => EpisodeArrays, step: number) => [
    make([step, 10 + step]),
    stacked([20 + step, 30 + step]),
  ];
  const plans = {
    "one program": {
      plan: { kind: "vmap", chunk: 4 } as const,
      good: (step: number) => [stacked([step, 10 + step, 20 + step, 30 + step])],
      bad: (step: number) => [bad([step, 10 + step, 20 + step, 30 + step])],
    },
    "several programs": {
      plan: { kind: "vmap", chunk: 2 } as const,
      good: (step: number) => halves(stacked, step),
      bad: (step: number) => halves(bad, step),
    },
  };

  it.each([
    ["one program", "adam"],
    ["one program", "sgd"],
    ["several programs", "adam"],
    ["several programs", "sgd"],
  ] as const)("by %s and %s changes nothing, and the next step is as without it", async (name, optimizer) => {
    const { plan, ...draw } = plans[name];
    const programs = tinyPrograms(own, { learner: { name: "ridge" } });
    const { recipe } = programs.definition;
    const train = { ...recipe.train, optimizer, metaBatch: 4, onNan: "skip" as const };
    const go = async (kinds: readonly ("good" | "bad")[]) => {
      const take = stepperFor(programs, plan, train);
      let state = startingState(programs.definition.init(1), optimizer);
      const taken: boolean[] = [];
      let good = 0;
      for (const kind of kinds) {
        if (kind === "good") good++;
        const stepped = await take(state, draw[kind](good), RATE, undefined).stepped;
        taken.push(stepped.isTaken);
        state = stepped.state;
      }
      const { step, updates, ...trees } = state;
      return { taken, step, updates, values: arraysOf(copyTree(trees)).map(([, { data }]) => [...data]) };
    };
    const [with_, without] = [await go(["good", "bad", "bad", "good"]), await go(["good", "good"])];
    expect(with_.taken).toEqual([true, false, false, true]);
    expect([with_.step, with_.updates, without.updates]).toEqual([4, 2, 2]);
    expect(with_.values).toEqual(without.values);
    expect(with_.values.flat().every(Number.isFinite)).toBe(true);
    const [once, twice] = [await go(["good", "bad"]), await go(["good"])];
    expect(once.values).toEqual(twice.values);
  });

  it.each(
    Object.keys(plans) as (keyof typeof plans)[],
  )("has the norm that the update is clipped to, by %s", async (name) => {
    const { plan, good } = plans[name];
    const programs = tinyPrograms(own, { learner: { name: "ridge" } });
    const { recipe } = programs.definition;
    const take = async (clipNorm?: number) => {
      const train = { ...recipe.train, optimizer: "sgd" as const, metaBatch: 4, clipNorm };
      const start = startingState(programs.definition.init(1), "sgd");
      const before = arraysOf(start.params).flatMap(([, { data }]) => [...data]);
      const { state, gradientNorm } = await stepperFor(programs, plan, train)(start, good(1), 1, undefined)
        .stepped;
      const after = arraysOf(state.params).flatMap(([, { data }]) => [...data]);
      return { gradientNorm, moved: Math.hypot(...after.map((x, i) => x - before[i])) };
    };
    const free = await take();
    expect(free.moved / free.gradientNorm).toBeCloseTo(1, 4);
    const limit = free.gradientNorm / 3;
    const clipped = await take(limit);
    expect(clipped.gradientNorm / free.gradientNorm).toBeCloseTo(1, 5);
    expect(clipped.moved / limit).toBeCloseTo(1, 3);
    expect((await take(2 * free.gradientNorm)).moved).toBe(free.moved);
  });
});
