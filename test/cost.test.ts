/**
 * The work of a training step grows no faster than what asks for it: meta-batch, inner steps, ways and queries are
 * doubled three times each, and the calls and the arithmetic of what runs are counted.
 */

import { expect, it } from "vitest";
import { Engine } from "../src/engine/run/program.js";
import { planFor } from "../src/train/plan.js";
import { stepperFor } from "../src/train/step.js";
import { startingState } from "../src/train/update.js";
import { drawEpisode, tinyPrograms, tinyShapes } from "./support/tiny.js";

/** What was run since it was last set to zero. */
const cost = { calls: 0, flops: 0 };
const engine = new Engine({ threads: 1 }, { fuse: true });
const compile = engine.compile.bind(engine);
engine.compile = ((...definition: Parameters<Engine["compile"]>) => {
  const program = compile(...definition);
  const { operators, flops } = program.fused!;
  const count = () => {
    cost.calls += Object.values(operators).reduce((a, b) => a + b, 0);
    cost.flops += flops;
  };
  const start: typeof program.start = (...args) => {
    count();
    return program.start(...args);
  };
  const run: typeof program.run = (...args) => {
    count();
    return program.run(...args);
  };
  return Object.assign(Object.create(program), { start, run });
}) as Engine["compile"];

/** Calls and arithmetic of all programs that a step of MAML runs. */
async function costOf({ metaBatch = 2, innerSteps = 1, way = 2, query = 2 }) {
  Object.assign(cost, { calls: 0, flops: 0 });
  const learner = { name: "maml", innerSteps } as const;
  const programs = tinyPrograms(engine, { width: 8, learner, train: { metaBatch } }, ["image"]);
  const plan = planFor(PARAMETERS, Object.values(programs.definition.specs), way * (1 + query), metaBatch);
  expect(plan).toEqual({ kind: "task-parallel", chunk: 1 });
  const { image } = tinyShapes;
  const episodes = Array.from({ length: metaBatch }, (_, i) =>
    drawEpisode(i, { shapes: { image }, way, shot: 1, query }),
  );
  const { optimizer } = programs.definition.recipe.train;
  const take = stepperFor(programs, plan, programs.definition.recipe.train);
  const { stepped } = take(startingState(programs.definition.init(1), optimizer), episodes, 0.01, undefined);
  await stepped;
  return { ...cost };
}

/** As many as Conv4-64 has, so that every episode is a program of its own. */
const PARAMETERS = 112_000;

it.each([
  ["the meta-batch", [2, 4, 8, 16], (metaBatch: number) => ({ metaBatch })],
  // The first step is cheaper: the head starts from zero, so nothing reaches the body.
  ["inner steps", [3, 6, 12, 24], (innerSteps: number) => ({ innerSteps })],
  ["ways", [2, 4, 8, 16], (way: number) => ({ way })],
  ["queries", [2, 4, 8, 16], (query: number) => ({ query })],
])("grows linearly with %s", async (_, sizes, what) => {
  const costs = [];
  for (const n of sizes) costs.push(await costOf(what(n)));
  for (const measure of ["calls", "flops"] as const)
    for (const [i, cost] of costs.slice(1).entries())
      expect(Math.log2(cost[measure] / costs[i][measure]), `${measure} at ${sizes[i + 1]}`).toBeLessThan(
        1.05,
      );
});
