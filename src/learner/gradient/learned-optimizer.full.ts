/**
 * The learned optimizer's meta-gradient against its definition: the steps written out for one number after another, and
 * central differences of where they lead, the gradients on the way held constant.
 */

import { expect, it } from "vitest";
import { eager, relativeError } from "../../../test/support/eager.js";
import { arraysOf, drawEpisode, mapArrays, mlp, shaken } from "../../../test/support/tiny.js";
import { type Arrays, allocate, type NDArray } from "../../base/array.js";
import { random, streamsOf } from "../../base/random.js";
import { gradient } from "../../engine/index.js";
import { fusions } from "../../fusion/index.js";
import type { EpisodeTensors, ModelParams } from "../../objective/index.js";
import { Network, taskObjectives } from "../../objective/index.js";
import { metaGradient } from "../meta-objective.js";
import { type FastWeights, queryScore, supportLoss } from "./descent.js";
import { learnedOptimizer } from "./learned-optimizer.js";

const [way, width, steps, memory] = [2, 3, 3, 8];
const network = new Network({
  modalities: { a: { encoder: mlp, spec: { kind: "vector", shape: [2] } } },
  fusion: fusions.fixed,
  width,
  normalisation: "support",
});
const context = { network, objective: taskObjectives.classification };
const learner = learnedOptimizer.create(
  { innerSteps: steps, innerLearningRate: 0.2 } as never,
  "classification",
);
const initial = {
  network: network.init(streamsOf(2)),
  learner: learner.init(width, random(1), {} as never),
  alignment: {},
  relation: {},
};
const params = shaken(initial, 2, 0.2);
const episode = drawEpisode(3, { shapes: { a: [2] }, way, shot: 2, query: 2 });

type Flat = number[][];
const head = {
  weight: allocate({ dtype: "float32", shape: [width, way] }),
  bias: allocate({ dtype: "float32", shape: [way] }),
};
const fastTree = { network: params.network, head };
const leaves = (tree: unknown): Flat => arraysOf(tree).map(([, { data }]) => Array.from(data));
/** Float64 values in the place of a tree's. */
const filled = <T>(tree: T, values: Flat): T => {
  let i = 0;
  return mapArrays((leaf: NDArray) => ({ ...leaf, data: values[i++] as never }), tree);
};
const at = (fn: (fast: FastWeights, e: EpisodeTensors) => never, fast: Flat) =>
  eager(fn as never, [filled(fastTree, fast), episode] as unknown as Arrays[], "float64");
const slopeAt = (fast: Flat) =>
  at(
    ((f: FastWeights, { support, ways }: EpisodeTensors) =>
      gradient(supportLoss(context, {}, support, ways))(f)) as never,
    fast,
  );

const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));
/** One step of one parameter by its gradient `g`: how far, and the memory after it. */
function move(m: ReadonlyMap<string, number[]>, h: readonly number[], g: number): [number, number[]] {
  const small = Math.abs(g) < Math.exp(-6);
  const x = small ? [-1, Math.exp(6) * g] : [Math.log(Math.abs(g)) / 6, Math.sign(g)];
  const through = (name: string, input: readonly number[], size: number) =>
    Array.from({ length: size }, (_, j) =>
      input.reduce(
        (sum, v, i) => sum + v * m.get(`${name}.weight`)![i * size + j],
        m.get(`${name}.bias`)![j],
      ),
    );
  const gates = through("gates", [...x, ...h], 2 * memory).map(sigmoid);
  const read = h.map((v, i) => v * gates[memory + i]);
  const fresh = through("candidate", [...x, ...read], memory).map(Math.tanh);
  const next = fresh.map((v, i) => gates[i] * h[i] + (1 - gates[i]) * v);
  const rate = Math.exp(m.get("logRate")![0]);
  return [rate * g + next.reduce((sum, v, i) => sum + v * m.get("out")![i], 0), next];
}

/** Where the steps lead under other parameters; `slopes` are the gradients on the way, computed where absent. */
function descend(values: Flat, slopes: Flat[] = []): { fast: Flat; slopes: Flat[] } {
  const own = filled({ network: params.network, learner: params.learner }, values);
  const { optimizer } = own.learner as unknown as { optimizer: Arrays };
  const m = new Map(arraysOf(optimizer).map(([path, { data }]) => [path, Array.from(data)]));
  let fast = [...leaves(own.network), ...leaves(head)];
  let memories = fast.map((leaf) => leaf.map(() => Array<number>(memory).fill(0)));
  const seen: Flat[] = [];
  for (let s = 0; s < steps; s++) {
    const slope = slopes[s] ?? slopeAt(fast);
    seen.push(slope);
    const moved = fast.map((leaf, i) => leaf.map((_, k) => move(m, memories[i][k], slope[i][k])));
    fast = fast.map((leaf, i) => leaf.map((x, k) => x - moved[i][k][0]));
    memories = moved.map((leaf) => leaf.map(([, next]) => next));
  }
  return { fast, slopes: seen };
}

const lossAt = (fast: Flat) =>
  at(((f: FastWeights, e: EpisodeTensors) => queryScore(context, f, {}, e).loss) as never, fast)[0][0];

it("the learned optimizer's meta-gradient is that of its steps, their gradients held constant", () => {
  const theta = leaves({ network: params.network, learner: params.learner });
  const meta = (p: ModelParams, e: EpisodeTensors) => {
    const { loss, gradient } = metaGradient(learner, context, p, {}, e);
    return { loss, network: gradient.network, learner: gradient.learner };
  };
  const args = [params, episode] as unknown as Arrays[];
  const [loss, ...derived] = eager(meta as never, args, "float64");
  const { fast, slopes } = descend(theta);
  expect(loss[0]).toBeCloseTo(lossAt(fast), 10);
  const h = 1e-5;
  for (const [i, leaf] of theta.entries()) {
    // One leaf at a time, so that none hides behind the others.
    const r = random(5, "direction", i);
    const direction = leaf.map(() => r.normal());
    const by = (t: number) =>
      theta.map((other, j) => (j === i ? other.map((x, k) => x + t * direction[k]) : other));
    const lossBy = (t: number) => lossAt(descend(by(t), slopes).fast);
    const slope = direction.reduce((sum, d, k) => sum + d * derived[i][k], 0);
    expect(relativeError([slope], [(lossBy(h) - lossBy(-h)) / (2 * h)])).toBeLessThan(1e-4);
    expect(Math.abs(slope)).toBeGreaterThan(1e-6);
  }
});
