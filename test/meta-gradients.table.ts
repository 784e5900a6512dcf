/**
 * Meta-gradients are right: along random directions, the gradient that jax-js derives (float64) agrees with central
 * differences of the loss, and the compiled program (float32) agrees with both. Away from kinks, which two step
 * sizes that agree show. First-order MAML differs, as it must (no create_graph is the classic error). A learner that
 * states its meta-gradient itself is held to that definition beside its file.
 */

import { describe, expect, it } from "vitest";
import { alignmentOf, alignments } from "../src/alignment/index.js";
import { type Arrays, float32 } from "../src/base/array.js";
import { random, streamsOf } from "../src/base/random.js";
import type { TaskKind } from "../src/data/index.js";
import type { Encoder } from "../src/encoder/index.js";
import { Engine, gradient, mapTensors, type Tensor, type Tensors } from "../src/engine/index.js";
import type { EpisodeArrays } from "../src/episode/index.js";
import { fusionOf } from "../src/fusion/index.js";
import { descentLearner, startFast, supportLoss } from "../src/learner/gradient/descent.js";
import { type HeadStart, initHead } from "../src/learner/gradient/linear-head.js";
import {
  type Learner,
  learnerMethodOf,
  learnersOf,
  metaGradient,
  metaLoss,
  withExperts,
} from "../src/learner/index.js";
import {
  type Context,
  type EpisodeTensors,
  type ModelParams,
  type ModelState,
  Network,
  type Normalisation,
  taskObjectives,
} from "../src/objective/index.js";
import { eager } from "./support/eager.js";
import { inLane, type Lane } from "./support/lane.js";
import { pairs } from "./support/pairs.js";
import {
  arraysOf,
  directionLike,
  drawEpisode,
  drawNumbers,
  fewSteps,
  mlp,
  shaken,
  smallConv4,
  without,
} from "./support/tiny.js";

/** A direction takes four losses in float64, and any that is drawn sees an error in any parameter. */
const DIRECTIONS = 2;
/** A power of two, which float32 holds exactly. */
const STEP = 2 ** -17;

interface Setting {
  learner: Learner;
  context: Context;
  params: Arrays;
  state: Arrays;
  episode: EpisodeArrays;
}

function settingOf(options: {
  learner: string;
  task?: TaskKind;
  learnerOptions?: object;
  fusion?: string;
  alignment?: { name: string; weight: number };
  encoder: Encoder;
  shape: readonly number[];
  modalities?: readonly string[];
  width: number;
  normalisation?: Normalisation;
  episode: EpisodeArrays;
  seed: number;
}): Setting {
  const { modalities = ["a"], encoder, shape, width, seed } = options;
  const method = learnerMethodOf(options.learner);
  const { task = "classification" } = options;
  const chosen = method.create(method.options.parse(options.learnerOptions ?? {}) as never, task);
  const fusion = fusionOf(options.fusion ?? "fixed");
  const { split } = fusion;
  const learner = split ? withExperts(chosen, { modalities, width, split }, task) : chosen;
  const network = new Network({
    modalities: Object.fromEntries(
      modalities.map((name) => [name, { encoder, spec: { kind: "vector" as const, shape } }]),
    ),
    fusion,
    width,
    normalisation: options.normalisation ?? learner.normalisations[0],
  });
  const { ways } = options.episode;
  const around = { way: ways.shape[0], network: network.init(streamsOf(seed)) };
  const alignment = alignmentOf(options.alignment?.name ?? "")!;
  const params = {
    network: around.network,
    learner: learner.init(network.fusedWidth, random(seed, "learner"), around),
    alignment: alignment?.init?.() ?? {},
    relation: {},
  };
  return {
    learner,
    context: {
      network,
      objective: taskObjectives[task],
      alignment: alignment && { method: alignment, weight: options.alignment!.weight },
    },
    params: shaken(params, seed, 0.2) as Arrays,
    state: network.initState(),
    episode: options.episode,
  };
}

const lossOf =
  ({ learner, context }: Setting) =>
  (p: Tensors, s: ModelState, episode: EpisodeTensors) =>
    metaLoss(learner, context, p as ModelParams, s, episode).loss;

const gradientOf =
  ({ learner, context }: Setting) =>
  (p: Tensors, s: ModelState, episode: EpisodeTensors) =>
    metaGradient(learner, context, p as ModelParams, s, episode).gradient;

const derivedGradient = (setting: Setting) => {
  const { params, state, episode } = setting;
  return eager(gradientOf(setting) as never, [params, state, episode as unknown as Arrays], "float64");
};

const dot = (xs: readonly ArrayLike<number>[], ys: readonly ArrayLike<number>[]) =>
  xs.reduce((sum, x, i) => Array.from(x).reduce((s, value, k) => s + value * ys[i][k], sum), 0);
const values = (tree: unknown) => arraysOf(tree).map(([, { data }]) => data);
const engine = new Engine({ threads: 1 });

/** The errors of the derived and the compiled gradient's slopes, relative to their root mean square. */
async function measure(setting: Setting) {
  const { params, state, episode } = setting;
  const given = [state, episode as unknown as Arrays];
  const derived = derivedGradient(setting);
  const program = engine.compile(gradientOf(setting) as never, [params, ...given] as never);
  const compiled = values(await program.run([params, ...given]));
  const moved = (p: Tensors, v: Tensors, t: Tensor, s: ModelState, episode: EpisodeTensors) =>
    lossOf(setting)(
      mapTensors((x, y) => x.add(y.mul(t)), p, v),
      s,
      episode,
    );
  const along = (direction: Arrays, step: number) => {
    // A step of float32 times a factor that float32 holds exactly is the same step in float64.
    const at = (t: number) =>
      eager(moved as never, [params, direction, float32([t], []), ...given], "float64")[0][0];
    return (at(step) - at(-step)) / (2 * step);
  };
  const directions = Array.from({ length: DIRECTIONS }, (_, i) => directionLike(params, i));
  const slopes = directions.map((direction) => along(direction, STEP));
  const finer = directions.map((direction) => along(direction, STEP / 4));
  const size = Math.sqrt(slopes.reduce((sum, x) => sum + x * x, 0) / DIRECTIONS);
  const worst = (others: readonly number[]) =>
    Math.max(...others.map((other, i) => Math.abs(other - slopes[i]))) / size;
  return {
    size,
    kink: worst(finer),
    derived: worst(directions.map((direction) => dot(derived, values(direction)))),
    compiled: worst(directions.map((direction) => dot(compiled, values(direction)))),
    gradient: derived,
  };
}

const report = process.env.SHOW_ERRORS ? console.log : () => {};

/** Hold a setting to the bounds. */
async function check(name: string, setting: Setting) {
  const result = await measure(setting);
  const { size, kink, derived, compiled } = result;
  report(
    `${name}: size ${size.toExponential(1)}, kink ${kink.toExponential(1)}, derived ${derived.toExponential(1)}, compiled ${compiled.toExponential(1)}`,
  );
  expect(size).toBeGreaterThan(1e-3);
  expect(kink).toBeLessThan(1e-5);
  expect(derived).toBeLessThan(1e-4);
  expect(compiled).toBeLessThan(1e-2);
  return result;
}

const difference = (xs: readonly number[][], ys: readonly number[][]) => {
  const minus = xs.map((x, i) => x.map((value, k) => value - ys[i][k]));
  return Math.sqrt(dot(minus, minus) / dot(xs, xs));
};

/** Hold MAML's gradient to the bounds, and first-order MAML's away from it. */
async function checkMaml(name: string, setting: (learner: string) => Setting) {
  const { gradient } = await check(name, setting("maml"));
  const simpler = difference(gradient, derivedGradient(setting("fomaml")));
  report(`${name}: first-order differs by ${simpler.toFixed(2)}`);
  expect(simpler).toBeGreaterThan(0.05);
}

const vectors = (names: readonly string[], seed: number) =>
  drawEpisode(seed, {
    shapes: Object.fromEntries(names.map((name) => [name, [4]])),
    way: 3,
    shot: [1, 2, 2],
    query: 2,
  });

const mamlCases: { how: string; lane: Lane; options: Omit<Parameters<typeof settingOf>[0], "learner"> }[] = [
  {
    how: "a three-layer perceptron",
    lane: "test",
    options: {
      learnerOptions: { innerSteps: 3, innerLearningRate: 0.3 },
      encoder: mlp,
      shape: [4],
      width: 5,
      episode: vectors(["a"], 3),
      seed: 2,
    },
  },
  {
    how: "Conv4 of width 3 on 10 × 10, query normalised by the adapted support",
    lane: "full",
    options: {
      learnerOptions: { innerSteps: 2, innerLearningRate: 0.3 },
      encoder: smallConv4,
      shape: [1, 10, 10],
      width: 3,
      episode: drawEpisode(4, { shapes: { a: [1, 10, 10] }, way: 2, shot: 1, query: 1 }),
      seed: 3,
    },
  },
  {
    how: "Conv4 of width 4 on 8 × 8, transductive",
    lane: "full",
    options: {
      learnerOptions: { innerSteps: 2, innerLearningRate: 0.3 },
      encoder: smallConv4,
      normalisation: "batch",
      shape: [1, 8, 8],
      width: 4,
      episode: drawEpisode(5, { shapes: { a: [1, 8, 8] }, way: 2, shot: 1, query: 1 }),
      seed: 1,
    },
  },
];

it.each(inLane(mamlCases, ({ lane }) => lane))("MAML's meta-gradient through $how", ({ how, options }) =>
  checkMaml(`maml ${how}`, (learner) => settingOf({ ...options, learner })));

it.each(
  inLane([{ learner: "anil" }], () => "full"),
)("ANIL's meta-gradient through Conv4 on 8 × 8 is that of MAML with a constant body", async ({ learner }) => {
  const setting = settingOf({
    learner,
    learnerOptions: { innerSteps: 3, innerLearningRate: 0.3 },
    encoder: smallConv4,
    normalisation: "support",
    shape: [1, 8, 8],
    width: 3,
    episode: drawEpisode(6, { shapes: { a: [1, 8, 8] }, way: 3, shot: 2, query: 1 }),
    seed: 1,
  });
  const { gradient: derived } = await check("anil conv4", setting);
  const still = descentLearner<HeadStart>(
    (width) => initHead("classification", width),
    (context, params, state, support, ways) => {
      const loss = supportLoss(context, state, support, ways);
      let fast = startFast(context, params, ways);
      for (let step = 0; step < 3; step++) {
        const slope = gradient(loss)(fast);
        fast = { ...fast, head: mapTensors((p, g) => p.sub(g.mul(0.3)), fast.head, slope.head) };
      }
      return fast;
    },
  );
  expect(difference(derivedGradient({ ...setting, learner: still }), derived)).toBeLessThan(1e-12);
});

describe("of numbers, the meta-gradient", () => {
  const whole = drawNumbers(9, { shapes: { a: [4], b: [4] }, shot: 4, query: 3 });
  const episode = {
    ...whole,
    support: without(whole.support, "a", [1]),
    query: without(whole.query, "b", [0]),
  };
  const setting = (learner: string) => (learnerOptions: object) =>
    settingOf({
      learner,
      task: "regression",
      learnerOptions,
      encoder: mlp,
      shape: [4],
      modalities: ["a", "b"],
      width: 5,
      episode,
      seed: 2,
    });

  it.each(inLane([{ of: "MAML" }], () => "full"))("of $of, whose head has a learned start", () =>
    checkMaml("maml numbers", (learner) => setting(learner)({ innerSteps: 3, innerLearningRate: 0.1 })));

  const others = learnersOf("regression").filter(
    (name) => name !== "maml" && !learnerMethodOf(name).create({} as never, "regression").metaGradient,
  );
  it.each(inLane(others, (name) => (name === "ridge" ? "test" : "full")))("of %s", async (name) => {
    await check(`${name} numbers`, setting(name)(fewSteps(name)));
  });
});

describe.each(inLane(["prototypical", "ridge"], () => "full"))("the gradient of %s", (learner) => {
  for (const normalisation of ["running", "support"] as const)
    it(`through Conv4 on 8 × 8, ${normalisation}`, async () => {
      await check(
        `${learner} conv4 ${normalisation}`,
        settingOf({
          learner,
          encoder: smallConv4,
          normalisation,
          shape: [1, 8, 8],
          width: 4,
          episode: drawEpisode(6, { shapes: { a: [1, 8, 8] }, way: 2, shot: 2, query: 1 }),
          seed: 1,
        }),
      );
    });
});

describe("two modalities, each missing somewhere", () => {
  const whole = vectors(["a", "b"], 7);
  const episode = {
    ...whole,
    support: without(without(whole.support, "a", [1]), "b", [2]),
    query: without(without(whole.query, "b", [0, 3]), "a", [4]),
  };
  const differentiated = pairs.filter(
    ([learner]) => !learnerMethodOf(learner).create({} as never, "classification").metaGradient,
  );
  for (const [learner, fusion] of differentiated)
    for (const weight of learner === "prototypical" ? [0, 0.5] : [0.5])
      it(`${learner}, ${fusion}, alignment ${weight}`, async () => {
        await check(
          `${learner} ${fusion} ${weight}`,
          settingOf({
            learner,
            learnerOptions: fewSteps(learner),
            fusion,
            alignment: { name: "mean", weight },
            encoder: mlp,
            shape: [4],
            modalities: ["a", "b"],
            width: 4,
            episode,
            seed: 3,
          }),
        );
      });

  // What is solved outside is checked beside its file.
  const unsolved = Object.keys(alignments).filter((key) => !alignmentOf(key)!.solve);
  for (const name of inLane(unsolved, (key) => (key === "mean" ? "test" : "full")))
    it(`prototypical, aligned by ${name}`, async () => {
      await check(
        `aligned by ${name}`,
        settingOf({
          learner: "prototypical",
          alignment: { name, weight: 0.5 },
          encoder: mlp,
          shape: [4],
          modalities: ["a", "b"],
          width: 4,
          episode,
          seed: 3,
        }),
      );
    });
});
