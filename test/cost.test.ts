/**
 * The work of an episode grows no faster than what asks for it: inner steps, ways and queries are doubled three times
 * each, and the calls and the arithmetic of the compiled program are counted. The episodes of a step are separate runs
 * of one program, so the meta-batch multiplies both by itself.
 */

import { expect, it } from "vitest";
import { Engine, type Program } from "../src/engine/program.js";
import { drawEpisode, tinyRuntime, tinyShapes } from "./support/tiny.js";

/** Calls and arithmetic of MAML's training program for an episode. */
async function costOf({ innerSteps = 1, way = 2, query = 2 }) {
  const engine = new Engine({ threads: 1 }, { fuseFrom: 0 });
  const programs: Program[] = [];
  const compile = engine.compile.bind(engine);
  engine.compile = ((...definition: Parameters<Engine["compile"]>) => {
    const program = compile(...definition);
    programs.push(program);
    return program;
  }) as Engine["compile"];
  const runtime = tinyRuntime(engine, { width: 8, learner: { name: "maml", innerSteps } }, ["image"]);
  const { image } = tinyShapes;
  await runtime.chunk(runtime.init(1), drawEpisode(1, { shapes: { image }, way, shot: 1, query }));
  const { operators, flops } = programs[0].fused!;
  return { calls: Object.values(operators).reduce((a, b) => a + b, 0), flops };
}

const doubled = [1, 2, 4, 8];

it.each([
  // The first step is cheaper: the head starts from zero, so nothing reaches the body.
  ["inner steps", (n: number) => ({ innerSteps: 4 * n })],
  ["ways", (n: number) => ({ way: 2 * n })],
  ["queries", (n: number) => ({ query: 2 * n })],
])("grows linearly with %s", async (_, what) => {
  const costs = [];
  for (const n of doubled) costs.push(await costOf(what(n)));
  for (const measure of ["calls", "flops"] as const)
    for (const [i, cost] of costs.slice(1).entries())
      expect(Math.log2(cost[measure] / costs[i][measure]), `${measure} at ${doubled[i + 1]}`).toBeLessThan(
        1.05,
      );
});
