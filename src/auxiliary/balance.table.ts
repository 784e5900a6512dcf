/** The balance of modalities scales one encoder's gradient and adds noise to all, by each kind of gradient. */

import { expect, it } from "vitest";
import { relativeError } from "../../test/support/eager.js";
import { engine } from "../../test/support/engine.js";
import { inLane } from "../../test/support/lane.js";
import { gradientKinds } from "../../test/support/pairs.js";
import {
  arraysOf,
  drawEpisode,
  tinyPrograms,
  tinyShapes,
  trainedWeights,
  without,
} from "../../test/support/tiny.js";
import { random } from "../base/random.js";
import type { RecipeInput } from "../model/index.js";

const whole = drawEpisode(7, { shapes: tinyShapes, way: 3, shot: 1, query: 2 });
const episode = { ...whole, query: without(whole.query, "strokes", [0]) };
/** Under `support` normalisation a query's features do not depend on the other queries. */
const programsOf = (recipe: RecipeInput) => tinyPrograms(engine, { normalisation: "support", ...recipe });

it.each(
  inLane(gradientKinds, (name) => (name === "prototypical" ? "test" : "full")),
)("balance makes one encoder's gradient smaller and leaves the rest, with %s", async (name) => {
  const learner = { name };
  const own = programsOf({ learner: learner as never });
  const start = trainedWeights(own, 2);
  const alpha = 0.4;
  const balancing = programsOf({ learner: learner as never, auxiliary: { name: "balance", alpha } });
  const shown = balancing.definition.drawAuxiliary(episode, random(1));
  const [without, balanced, noisy] = await Promise.all([
    own.metaGradient(start, episode),
    balancing.metaGradient(start, episode),
    balancing.metaGradient(start, shown),
  ]);
  const before = new Map(arraysOf(without.gradient));
  const factors: Record<string, number[]> = {};
  for (const [path, { data }] of arraysOf(balanced.gradient)) {
    const part = /encoders\.(\w+)/.exec(path)?.[1] ?? "rest";
    const old = [...before.get(path)!.data];
    const top = old.reduce((best, x, i) => (Math.abs(x) > Math.abs(old[best]) ? i : best), 0);
    factors[part] = [...(factors[part] ?? []), data[top] / old[top]];
  }
  for (const of of Object.values(factors)) for (const f of of) expect(f).toBeCloseTo(of[0], 4);
  const { rest = [1], image, strokes } = factors;
  expect(rest[0]).toBeCloseTo(1, 5);
  const [slow, free] = [image[0], strokes[0]].sort((a, b) => a - b);
  expect(free).toBeCloseTo(1, 5);
  expect(slow).toBeLessThan(1 - Math.tanh(alpha) + 1e-4);
  expect(slow).toBeGreaterThan(0);

  // What is drawn comes on top, as large as the spread of the gradient as it was.
  const [quiet, xi] = [balanced.gradient, { network: { encoders: shown.noise } }].map(
    (tree) => new Map(arraysOf(tree)),
  );
  for (const [path, { data }] of arraysOf(noisy.gradient)) {
    const [g, k, noise] = [before, quiet, xi].map((of) => [...(of.get(path)?.data ?? [])]);
    const mean = g.reduce((a, b) => a + b, 0) / g.length;
    const spread = Math.sqrt(g.reduce((sum, x) => sum + (x - mean) ** 2, 0) / g.length);
    expect(noise.length > 0, path).toBe(path.startsWith("network.encoders"));
    const expected = k.map((x, i) => x + spread * (noise[i] ?? 0));
    expect(relativeError([...data], expected), path).toBeLessThan(1e-4);
  }
});
