/**
 * The work of a training step grows linearly with what asks for it: meta-batch, inner steps, ways and queries are doubled
 * three times each, and the calls and the arithmetic of the programs that run are counted. Both bounds hold, so that neither
 * superfluous work nor a counter that stands still passes.
 */

import { expect, it } from "vitest";
import { inLane, type Lane } from "../../test/support/lane.js";
import { drawEpisode, tinyPrograms, tinyShapes } from "../../test/support/tiny.js";
import { Engine } from "../engine/run/engine.js";
import { planFor } from "./plan.js";
import { stepperFor } from "./step.js";
import { startingState } from "./update.js";

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

/** The factors, as powers of two, by which a doubling multiplies the calls and the arithmetic. */
interface Growth {
  readonly calls: readonly [least: number, most: number];
  readonly flops: readonly [least: number, most: number];
}

interface Row extends Growth {
  readonly what: string;
  readonly sizes: readonly number[];
  readonly asked: (size: number) => Parameters<typeof costOf>[0];
  readonly lane: Lane;
}

const rows: Row[] = [
  {
    what: "the meta-batch",
    sizes: [2, 4, 8, 16],
    asked: (metaBatch) => ({ metaBatch }),
    calls: [0.95, 1.05],
    flops: [0.95, 1.05],
    lane: "test",
  },
  {
    // The first step is cheaper: the head starts from zero, so nothing reaches the body.
    what: "inner steps",
    sizes: [3, 6, 12, 24],
    asked: (innerSteps) => ({ innerSteps }),
    calls: [0.95, 1.05],
    flops: [0.9, 1.05],
    lane: "full",
  },
  // More examples are larger arrays of the same calls.
  {
    what: "ways",
    sizes: [2, 4, 8, 16],
    asked: (way) => ({ way }),
    calls: [-0.1, 0.3],
    flops: [0.95, 1.05],
    lane: "test",
  },
  {
    // The support's part of the work stays.
    what: "queries",
    sizes: [2, 4, 8, 16],
    asked: (query) => ({ query }),
    calls: [-0.1, 0.3],
    flops: [0.55, 1.05],
    lane: "test",
  },
];

it.each(inLane(rows, ({ lane }) => lane))("grows linearly with $what", async ({
  sizes,
  asked,
  ...growth
}) => {
  const costs: (typeof cost)[] = [];
  for (const size of sizes) costs.push(await costOf(asked(size)));
  for (const measure of ["calls", "flops"] as const)
    for (const [i, after] of costs.slice(1).entries()) {
      const power = Math.log2(after[measure] / costs[i][measure]);
      const [least, most] = growth[measure];
      expect(power, `${measure} at ${sizes[i + 1]}`).toBeGreaterThan(least);
      expect(power, `${measure} at ${sizes[i + 1]}`).toBeLessThan(most);
    }
});
