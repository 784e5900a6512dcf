/** Sources of equations: the learning code, the size and the gradients that an equation belongs to. */

import { expect, it } from "vitest";
import { drawEpisode, tinyPrograms, tinyShapes } from "../../test/support/tiny.js";
import type { Call } from "./fuse/codegen/fused-program.js";
import { Engine } from "./run/engine.js";
import type { Program } from "./run/program.js";
import { recordSources, type Source } from "./trace/source.js";

/** MAML's training program of an episode. */
async function trainingProgram(): Promise<Program> {
  const engine = new Engine({ threads: 1 }, { fuse: true });
  const compile = engine.compile.bind(engine);
  const programs: Program[] = [];
  engine.compile = ((...definition: Parameters<Engine["compile"]>) => {
    programs.push(compile(...definition));
    return programs.at(-1)!;
  }) as Engine["compile"];
  const learner = { name: "maml", innerSteps: 2 } as const;
  const training = tinyPrograms(engine, { width: 8, learner }, ["image"]);
  const { image } = tinyShapes;
  await training.metaGradient(
    training.definition.init(1),
    drawEpisode(1, { shapes: { image }, way: 2, shot: 1, query: 2 }),
  );
  return programs[0];
}

const callsOf = ({ fused }: Program): readonly Call[] => fused!.threads[0].calls;

it("are recorded on request only, and do not change what is computed", async () => {
  const before = await trainingProgram();
  expect(callsOf(before).every(({ computes }) => computes === undefined)).toBe(true);
  const stop = recordSources();
  const after = await trainingProgram().finally(stop);
  expect(after.fused!.operators).toEqual(before.fused!.operators);
  expect(after.fused!.flops).toBe(before.fused!.flops);
  expect(callsOf(after).every(({ computes }) => computes!.length > 0)).toBe(true);

  const computed = callsOf(after).flatMap(({ computes }) => computes!);
  const sources = computed.flatMap(({ source }) => source ?? []);
  expect(sources.length).toBeGreaterThan(0.95 * computed.length);
  const through = (...gradients: string[]) =>
    sources.filter((source: Source) => source.gradients.join() === gradients.join());
  const [inner, outer] = ["learner/gradient/maml", "objective/score"];
  const chains = [[], [inner], [outer], [inner, outer]].map((chain) => through(...chain));
  // MAML takes these two gradients only.
  expect(chains.flat()).toHaveLength(sources.length);
  for (const chain of chains) {
    const convolutions = chain.filter(({ site }) => site === "nn/layers convolve");
    expect(new Set(convolutions.map(({ size }) => size)).size).toBeGreaterThan(1);
    expect(chain.some(({ site }) => site.startsWith("nn/normalise"))).toBe(true);
  }
});
