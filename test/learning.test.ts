/** Any learner with any fusion learns: the loss of one episode with random modalities missing goes down. */

import { expect, it } from "vitest";
import { random } from "../src/base/random.js";
import { Engine } from "../src/engine/index.js";
import type { EpisodeArrays, LabelledBatch } from "../src/episode/index.js";
import { startingState, update } from "../src/train/update.js";
import { pairsWith } from "./support/pairs.js";
import { arraysOf, drawEpisode, fewSteps, tinyRuntime, tinyShapes, without } from "./support/tiny.js";

const engine = new Engine({ threads: 2 });
const STEPS = 20;
/** So small that 20 steps of Adam stay where the first-order gradients of a zero head still lead downhill. */
const RATE = 0.001;
/** One of each sort: metric, in closed form, and by gradients; early and late. */
const pairs = pairsWith(["prototypical", "ridge", "fomaml"], ["gated", "product-of-experts"]);

const r = random(6, "missing");
/** The batch whose every example lacks one of the modalities or none, by chance. */
const lacking = (batch: LabelledBatch): LabelledBatch => {
  const names = Object.keys(tinyShapes);
  const lacks = Array.from(batch.mask.data, () => r.integer(names.length + 1));
  return names.reduce(
    (left, name, m) =>
      without(
        left,
        name,
        lacks.flatMap((choice, i) => (choice === m ? [i] : [])),
      ),
    batch,
  );
};
const whole = drawEpisode(12, { shapes: tinyShapes, way: 3, shot: 3, query: 3 });
const episode: EpisodeArrays = { ...whole, support: lacking(whole.support), query: lacking(whole.query) };
const mean = (values: readonly number[]) => values.reduce((a, b) => a + b) / values.length;

/** First-order gradients lead downhill only where steps on the support are short. */
const shortSteps = (learner: string) => ("innerLearningRate" in fewSteps(learner) ? { innerLearningRate: 0.01 } : {});

it.each(pairs)("the loss goes down on one episode by %s with %s", async (learner, fusion) => {
  const runtime = tinyRuntime(engine, {
    learner: { name: learner, ...shortSteps(learner) } as never,
    fusion: fusion as never,
    width: 8,
  });
  const { trainable = () => true } = runtime.learner;
  let state = startingState(runtime.init(1));
  const learns = arraysOf(state.params).some(([path]) => trainable(path));
  const losses: number[] = [];
  for (let step = 0; step < STEPS; step++) {
    const chunk = await runtime.chunk(state, episode);
    losses.push(chunk.loss.data[0]);
    state = update(state, chunk, RATE, trainable);
  }
  const [first, last] = [losses.slice(0, 5), losses.slice(-5)].map(mean);
  if (learns) expect(last).toBeLessThan(first);
  else expect(last).toBe(first);
});
