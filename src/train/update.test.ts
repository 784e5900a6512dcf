/** A step of training against a plain float64 loop: mean gradient, Adam, running averages, frozen parameters. */

import { describe, expect, it } from "vitest";
import { arraysOf, normals } from "../../test/support/tiny.js";
import { float32, type NDArray } from "../base/array.js";
import { random } from "../base/random.js";
import { type MetaGradient, meanGradient } from "./programs.js";
import { startingState, update } from "./update.js";

const r = random(4, "update");
const paramsOf = (encoder: NDArray, learner: NDArray) => ({
  network: { encoders: { a: encoder }, fusion: {} },
  learner: { c: learner },
  alignment: {},
  relation: {},
});
const weights = {
  params: paramsOf(normals(r, [3]), normals(r, [2, 2])),
  state: { mean: normals(r, [2]) },
};
const none = float32([0], []);
/** Gradients of very different sizes; one entry's is always 0. */
const chunkOf = (step: number): MetaGradient[] =>
  [0, 1, 2].map((task) => {
    const draw = random(5, step, task);
    const a = [1e-4 * draw.normal(), 0, 100 * draw.normal()];
    return {
      loss: none,
      score: none,
      gradient: paramsOf(float32(a, [3]), normals(draw, [2, 2])),
      statistics: { mean: normals(draw, [2]) },
    };
  });

const flat = (tree: unknown) => arraysOf(tree).flatMap(([, { data }]) => Array.from(data));
const RATE = 0.01;
const STEPS = 12;

async function train(trainable?: (path: string) => boolean, optimizer: "adam" | "sgd" = "adam") {
  let state = startingState(weights, optimizer);
  for (let step = 1; step <= STEPS; step++)
    state = update(state, meanGradient(chunkOf(step)), RATE, { trainable }).state;
  return state;
}

/** What {@link train} should give, in float64. */
function plain() {
  const theta = flat(weights.params);
  const average = flat(weights.state);
  const [m, v] = [theta.map(() => 0), theta.map(() => 0)];
  for (let step = 1; step <= STEPS; step++) {
    const chunks = chunkOf(step);
    const mean = (of: (chunk: MetaGradient) => number[], i: number) =>
      chunks.reduce((sum, chunk) => sum + of(chunk)[i], 0) / chunks.length;
    for (const i of theta.keys()) {
      const g = mean((chunk) => flat(chunk.gradient), i);
      m[i] = 0.9 * m[i] + 0.1 * g;
      v[i] = 0.999 * v[i] + 0.001 * g * g;
      theta[i] -= (RATE * (m[i] / (1 - 0.9 ** step))) / (Math.sqrt(v[i] / (1 - 0.999 ** step)) + 1e-8);
    }
    for (const i of average.keys())
      average[i] = 0.9 * average[i] + 0.1 * mean((chunk) => flat(chunk.statistics), i);
  }
  return { theta, average };
}

describe("update", () => {
  it("is Adam on the mean gradient, and averages statistics", async () => {
    const state = await train();
    const { theta, average } = plain();
    expect(state.step).toBe(STEPS);
    for (const [i, x] of flat(state.params).entries()) expect(Math.abs(x - theta[i])).toBeLessThan(2e-6);
    for (const [i, x] of flat(state.state).entries()) expect(Math.abs(x - average[i])).toBeLessThan(1e-6);
  });

  it("is plain descent on the mean gradient where asked", async () => {
    const { params, moments } = await train(undefined, "sgd");
    const theta = flat(weights.params);
    for (let step = 1; step <= STEPS; step++)
      for (const { gradient } of chunkOf(step))
        for (const [i, g] of flat(gradient).entries()) theta[i] -= (RATE * g) / 3;
    for (const [i, x] of flat(params).entries()) expect(Math.abs(x - theta[i])).toBeLessThan(1e-5);
    expect(moments).toEqual({});
  });

  it("leaves a parameter without gradient where it is, and moves the others", async () => {
    const { params } = await train();
    const before = flat(weights.params);
    const moved = flat(params).map((x, i) => x !== before[i]);
    expect(moved).toEqual([true, false, true, true, true, true, true]);
  });

  it("changes trainable parameters only, and those as ever", async () => {
    const all = await train();
    const some = await train((path) => path === "learner.c");
    expect(some.params.network).toEqual(weights.params.network);
    expect(some.params.learner).toEqual(all.params.learner);
  });
});
