/**
 * Padding, absent modalities and capacities change no output: neither predictions nor the loss, the accuracy, the
 * gradient or the statistics of training. What padding and absent modalities hold is garbage here, so whatever
 * looks at it shows. A zero vector and a missing modality differ.
 */

import { beforeAll, describe, expect, it } from "vitest";
import { float32 } from "../src/base/array.js";
import { random } from "../src/base/random.js";
import type { EpisodeArrays, LabelledBatch } from "../src/episode/index.js";
import type { Weights } from "../src/model/index.js";
import { probabilitiesOf } from "../src/objective/index.js";
import type { TrainingPrograms } from "../src/train/programs.js";
import { relativeError } from "./support/eager.js";
import { engine } from "./support/engine.js";
import { inLane, type Lane } from "./support/lane.js";
import { pairs } from "./support/pairs.js";
import {
  arraysOf,
  drawEpisode,
  mapArrays,
  padRows,
  padWays,
  tinyPrograms,
  tinyShapes,
  trainedWeights,
  without,
  withoutKey,
} from "./support/tiny.js";

const WAY = 3;

/** Classes of 1, 2 and 2 examples; one lacks its image, others their strokes. */
const whole = drawEpisode(1, { shapes: tinyShapes, way: WAY, shot: [1, 2, 2], query: 2 });
const base: EpisodeArrays = {
  ...whole,
  support: without(whole.support, "image", [1]),
  query: without(without(whole.query, "strokes", [0]), "image", [3]),
};

/** All outputs for an episode, by name. Logits of the first classes and queries only. */
async function outputsOf(programs: TrainingPrograms, weights: Weights, episode: EpisodeArrays) {
  const [chunk, logits] = await Promise.all([
    programs.metaGradient(weights, episode),
    programs.inference.episode(weights, episode),
  ]);
  const [, way] = logits.shape;
  const rows = Array.from({ length: whole.query.mask.shape[0] }, (_, i) => i);
  const outputs: Record<string, number[]> = {
    logits: rows.flatMap((i) => Array.from(logits.data.slice(i * way, i * way + WAY))),
  };
  for (const [path, { data }] of arraysOf(chunk)) outputs[path] = Array.from(data);
  return outputs;
}
type Outputs = Awaited<ReturnType<typeof outputsOf>>;

/** The largest relative error; all gradients are held to the largest gradient. */
function errorOf(actual: Outputs, expected: Outputs): number {
  expect(Object.keys(actual)).toEqual(Object.keys(expected));
  const group = (of: Outputs, gradient: boolean) =>
    Object.entries(of).filter(([name]) => name.startsWith("gradient") === gradient);
  const gradients = (of: Outputs) => group(of, true).flatMap(([, values]) => values);
  const others = group(expected, false).map(([name, values]) => relativeError(actual[name], values));
  return Math.max(...others, relativeError(gradients(actual), gradients(expected)));
}

const report = process.env.SHOW_ERRORS ? console.log : () => {};

/** What keeps an episode's gradient at `weights` from showing what padding changes; undefined where nothing does. */
async function flawOf(programs: TrainingPrograms, weights: Weights): Promise<string | undefined> {
  const gradientAt = async ({ params, state }: Weights) =>
    arraysOf((await programs.metaGradient({ params, state }, base)).gradient);
  const slopes = await gradientAt(weights);
  const idle = slopes.find(([, { data }]) => Math.max(...data.map(Math.abs)) <= 1e-6);
  if (idle) return `${idle[0]} has no gradient`;
  const values = (of: typeof slopes) => of.flatMap(([, { data }]) => [...data]);
  for (let i = 0; i < 8; i++) {
    const r = random(i, "nudge");
    const nudged = mapArrays(
      ({ shape, data }) =>
        float32(
          Array.from(data, (x) => x * (1 + 1e-6 * r.normal())),
          shape,
        ),
      weights.params,
    );
    const jump = relativeError(values(await gradientAt({ ...weights, params: nudged })), values(slopes));
    if (jump > 1e-4) return `a change of 1e-6 moves the gradient by ${jump.toExponential(1)}`;
  }
  return undefined;
}

/**
 * The first weights at which every parameter has a gradient and none is at a kink. Few features may all be behind their
 * rectifiers; and where a rectifier or a maximum is within rounding of its kink, rounding alone moves the gradient (of
 * `boil` with `product-of-experts` by 3e-4, where float64 gives the same with padding and without, bit for bit).
 */
async function probeOf(programs: TrainingPrograms): Promise<Weights> {
  const flaws: string[] = [];
  for (const seed of [2, 3, 4, 5]) {
    // Products of features grow fast, so that larger noise would make some fusions certain of everything.
    const weights = trainedWeights(programs, seed, 0.15);
    const flaw = await flawOf(programs, weights);
    if (!flaw) return weights;
    flaws.push(flaw);
  }
  throw new Error(`no weights to judge by: ${flaws.join("; ")}`);
}

const rows = [
  ...pairs.map(([learner, fusion]) => ({
    name: `${learner}, ${fusion}`,
    recipe: { learner: { name: learner } as never, fusion: fusion as never },
  })),
  ...inLane(
    [
      {
        name: "prototypical, support statistics",
        recipe: { normalisation: "support" as const },
        lane: "test",
      },
      {
        name: "prototypical, transductive",
        recipe: { episode: { mode: "transductive" as const } },
        lane: "full",
      },
      {
        name: "maml, transductive",
        recipe: { learner: { name: "maml" as const }, episode: { mode: "transductive" as const } },
        lane: "full",
      },
    ] as const,
    ({ lane }): Lane => lane,
  ),
];

describe.each(rows)("$name", ({ name, recipe }) => {
  const programs = tinyPrograms(engine, { ...recipe, alignment: { name: "mean", weight: 0.3 } });
  let weights: Weights;
  beforeAll(async () => {
    weights = await probeOf(programs);
  });
  const outputs = (episode: EpisodeArrays) => outputsOf(programs, weights, episode);
  const same = async (what: string, one: EpisodeArrays, other: EpisodeArrays) => {
    const [actual, expected] = await Promise.all([outputs(one), outputs(other)]);
    const error = errorOf(actual, expected);
    report(`${name}: ${what} ${error.toExponential(1)}`);
    expect(error, what).toBeLessThan(2e-4);
  };

  it("starts from outputs that are neither certain nor all alike", async () => {
    const { logits } = await outputs(base);
    const best = Array.from({ length: logits.length / WAY }, (_, i) =>
      Math.max(...probabilitiesOf(logits.slice(i * WAY, i * WAY + WAY))),
    );
    report(`${name}: probabilities ${best.map((p) => p.toFixed(2)).join(" ")}`);
    expect(Math.min(...best)).toBeLessThan(0.99);
    expect(Math.max(...best)).toBeGreaterThan(0.36);
  });

  it("is the same with padding rows, padding classes and larger capacities", async () => {
    const padded = padWays({ ...base, support: padRows(base.support, 3), query: padRows(base.query, 2) }, 2);
    await same("padding", padded, base);
  });

  it("does not look at what an absent modality holds", async () => {
    const other = {
      ...base,
      support: without(base.support, "image", [1], -3),
      query: without(base.query, "image", [3], 0),
    };
    await same("garbage", other, base);
  });

  it("takes a modality that nobody has and a key not there for the same", async () => {
    const { support, query } = whole;
    const noQuery = without(query, "strokes", "all");
    await same("query key", { ...whole, query: withoutKey(query, "strokes") }, { ...whole, query: noQuery });
    await same(
      "both keys",
      { ...whole, support: withoutKey(support, "image"), query: withoutKey(query, "image") },
      { ...whole, support: without(support, "image", "all"), query: without(query, "image", "all") },
    );
  });

  it("takes an example without any modality for padding, without NaN", async () => {
    const [s, q] = [2, 1];
    const nothing = (batch: LabelledBatch, row: number) =>
      without(without(batch, "image", [row]), "strokes", [row]);
    const asPadding = (batch: LabelledBatch, row: number): LabelledBatch => {
      const clear = mapArrays((array) => {
        const data = Float32Array.from(array.data);
        const size = data.length / array.shape[0];
        data.fill(0, row * size, (row + 1) * size);
        return { ...array, data };
      }, batch);
      return clear;
    };
    const [actual, expected] = await Promise.all([
      outputs({ ...base, support: nothing(base.support, s), query: nothing(base.query, q) }),
      outputs({ ...base, support: asPadding(base.support, s), query: asPadding(base.query, q) }),
    ]);
    expect(Object.values(actual).flat().every(Number.isFinite)).toBe(true);
    expect(errorOf(actual, expected)).toBeLessThan(2e-4);
  });

  it("tells a zero vector from a missing modality", async () => {
    const missing = (batch: LabelledBatch) => without(batch, "image", [1, 2, 4], 0);
    const asZeros = (batch: LabelledBatch) => ({ ...missing(batch), present: batch.present });
    const { support, query } = whole;
    const [absent, zero] = await Promise.all([
      outputs({ ...whole, support: missing(support), query: missing(query) }),
      outputs({ ...whole, support: asZeros(support), query: asZeros(query) }),
    ]);
    expect(relativeError(zero.loss, absent.loss)).toBeGreaterThan(5e-4);
    expect(zero.logits).not.toEqual(absent.logits);
  });
});
