/** Reptile's meta-gradient against its definition, in float64, and the compiled program against that. */

import { describe, expect, it } from "vitest";
import { eager, relativeError } from "../../../test/support/eager.js";
import {
  arraysOf,
  drawEpisode,
  drawNumbers,
  mapArrays,
  mlp,
  normals,
  pickRows,
  shaken,
} from "../../../test/support/tiny.js";
import { type Arrays, allocate, float32 } from "../../base/array.js";
import { random, streamsOf } from "../../base/random.js";
import type { TaskKind } from "../../data/index.js";
import { Engine, gradient } from "../../engine/index.js";
import type { EpisodeArrays, LabelledBatch as LabelledArrays } from "../../episode/index.js";
import { fusions } from "../../fusion/index.js";
import type { EpisodeTensors, LabelledBatch, ModelParams } from "../../objective/index.js";
import { Network, targetsOf, taskObjectives } from "../../objective/index.js";
import { metaGradient } from "../meta-objective.js";
import type { FastWeights } from "./descent.js";
import { headLoss, type LinearHead } from "./linear-head.js";
import { reptile } from "./reptile.js";

const [way, width] = [3, 4];
const objective = taskObjectives.classification;
const network = new Network({
  modalities: { a: { encoder: mlp, spec: { kind: "vector", shape: [4] } } },
  fusion: fusions.fixed,
  width,
  normalisation: "support",
});
const params = {
  network: shaken(network.init(streamsOf(2)), 2, 0.2) as unknown as Arrays,
  learner: {},
  alignment: {},
  relation: {},
};
const episode = drawEpisode(3, { shapes: { a: [4] }, way, shot: 3, query: 2 });

const metaOf = (options: object, kind: TaskKind = "classification") => {
  const learner = reptile.create(reptile.options.parse(options) as never, kind);
  return ((p: ModelParams, e: EpisodeTensors) =>
    metaGradient(learner, { network, objective: taskObjectives[kind] }, p, {}, e).gradient) as never;
};

/** The support's rows, then the query's. */
const joined = ({ support, query }: EpisodeArrays): LabelledArrays =>
  mapArrays((leaf, path) => {
    const other = new Map(arraysOf(query)).get(path)!;
    return float32([...leaf.data, ...other.data], [leaf.shape[0] + other.shape[0], ...leaf.shape.slice(1)]);
  }, support);
const task = joined(episode);

/** ∇L of the rows of the task at `values`, the leaves of network and head in order. */
function slopeAt(values: readonly number[][], rows: readonly number[]): number[][] {
  const head = {
    weight: allocate({ dtype: "float32", shape: [width, way] }),
    bias: allocate({ dtype: "float32", shape: [way] }),
  };
  let i = 0;
  const at = mapArrays((leaf) => ({ ...leaf, data: values[i++] as never }), {
    network: params.network,
    head,
  });
  const slope = (fast: FastWeights, batch: LabelledBatch, ways: never) =>
    gradient((p: FastWeights) =>
      headLoss(
        objective,
        network.embed(p.network, batch, {}, "measured").features,
        p.head,
        targetsOf(batch, ways),
      ),
    )(fast);
  const batch = pickRows(task, rows);
  return eager(slope as never, [at, batch, episode.ways] as unknown as Arrays[], "float64");
}

const theta = arraysOf(params.network).map(([, { data }]) => Array.from(data));
const start = [...theta, Array(width * way).fill(0), Array(way).fill(0)];
/** θ − φ of the network, by plain loops. */
function definition(hands: number[][], steps: number, move: (g: number, i: string, t: number) => number) {
  let now = start;
  for (let s = 0; s < steps; s++) {
    const slope = slopeAt(now, hands[s % hands.length]);
    now = now.map((leaf, i) => leaf.map((x, k) => x - move(slope[i][k], `${i},${k}`, s + 1)));
  }
  return theta.map((leaf, i) => leaf.map((x, k) => x - now[i][k]));
}

/** Adam with β₁ = 0, as its paper writes it. */
function adamMove(rate: number) {
  const v = new Map<string, number>();
  return (g: number, i: string, t: number) => {
    v.set(i, 0.999 * (v.get(i) ?? 0) + 0.001 * g * g);
    return (rate * g) / (Math.sqrt(v.get(i)! / (1 - 0.999 ** t)) + 1e-8);
  };
}

const all = Array.from({ length: 15 }, (_, i) => i);
/** 15 rows in ⌈15 / 4⌉ = 4 hands. */
const dealt = [0, 1, 2, 3].map((first) => all.filter((i) => i % 4 === first));
const engine = new Engine({ threads: 1 });

describe("Reptile's meta-gradient", () => {
  it.each([
    [
      "two plain steps on all",
      { innerSteps: 2, optimizer: "sgd", innerLearningRate: 0.3 },
      [all],
      (g: number) => 0.3 * g,
    ],
    [
      "plain steps on hands of 4",
      { innerSteps: 5, optimizer: "sgd", innerLearningRate: 0.3, innerBatchSize: 4 },
      dealt,
      (g: number) => 0.3 * g,
    ],
    [
      "Adam's steps on hands of 4",
      { innerSteps: 5, innerLearningRate: 0.02, innerBatchSize: 4 },
      dealt,
      adamMove(0.02),
    ],
  ])("is θ − φ after %s", async (_, options, hands, move) => {
    const expected = definition(hands, options.innerSteps, move);
    const args = [params, episode] as unknown as Arrays[];
    const derived = eager(metaOf(options), args, "float64");
    expect(relativeError(derived.flat(), expected.flat())).toBeLessThan(1e-10);
    const compiled = arraysOf(await engine.compile(metaOf(options), args as never).run(args));
    expect(
      relativeError(
        compiled.flatMap(([, { data }]) => [...data]),
        expected.flat(),
      ),
    ).toBeLessThan(1e-4);
  });

  it("of one plain step is its rate times the gradient: gradient descent on the task's loss", async () => {
    const numbers = drawNumbers(5, { shapes: { a: [4] }, shot: 4, query: 3 });
    const whole = joined(numbers);
    const head = { weight: normals(random(7), [width, 1]), bias: normals(random(8), [1]) };
    const from = { ...params, learner: head };
    const options = { innerSteps: 1, optimizer: "sgd", innerLearningRate: 0.3 };
    const slope = ({ network: body, learner: top }: ModelParams, batch: LabelledBatch, ways: never) =>
      gradient((p: FastWeights) => {
        const { features } = network.embed(p.network, batch, {}, "measured");
        return headLoss(taskObjectives.regression, features, p.head, targetsOf(batch, ways));
      })({ network: body, head: top as LinearHead });
    const slopes = eager(slope as never, [from, whole, numbers.ways] as unknown as Arrays[], "float64");
    const expected = slopes.flat().map((g) => 0.3 * g);
    expect(Math.max(...slopes[0].map(Math.abs))).toBeGreaterThan(1e-2);
    const args = [from, numbers] as unknown as Arrays[];
    const derived = eager(metaOf(options, "regression"), args, "float64");
    expect(relativeError(derived.flat(), expected)).toBeLessThan(1e-10);
    const compiled = arraysOf(await engine.compile(metaOf(options, "regression"), args as never).run(args));
    expect(
      relativeError(
        compiled.flatMap(([, { data }]) => [...data]),
        expected,
      ),
    ).toBeLessThan(1e-4);
  });
});
