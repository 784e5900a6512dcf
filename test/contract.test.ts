/** What every row of the tables keeps: learners, fusions, alignments and encoders. A new method is one more row. */

import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { alignments } from "../src/alignment/index.js";
import { auxiliaries } from "../src/auxiliary/index.js";
import { type Arrays, float32, type NDArray } from "../src/base/array.js";
import { InputError } from "../src/base/errors.js";
import { random, undrawn } from "../src/base/random.js";
import { continualMethods } from "../src/continual/index.js";
import type { Example } from "../src/data/index.js";
import { defaultEncoder, encoderFor, encoderMethodOf, encoders } from "../src/encoder/index.js";
import {
  Engine,
  gradient,
  np,
  type Tensor,
  type Tensors,
  valueAndGradient,
  vmap,
} from "../src/engine/index.js";
import type { EpisodeArrays } from "../src/episode/index.js";
import { fusions } from "../src/fusion/index.js";
import { learners, learnersOf } from "../src/learner/index.js";
import { type ModalityKind, type ModalitySpec, modalities } from "../src/modality/index.js";
import {
  type ClassPrediction,
  loadModel,
  loadTask,
  Model,
  parseRecipe,
  type Recipe,
  type RecipeInput,
} from "../src/model/index.js";
import type { TrainingPrograms } from "../src/train/programs.js";
import { startingState, update } from "../src/train/update.js";
import { drawing, lacking } from "./support/drawings.js";
import { relativeError } from "./support/eager.js";
import { kinds } from "./support/kinds.js";
import { moving, pairs } from "./support/pairs.js";
import {
  arraysOf,
  drawEpisode,
  drawNumbers,
  mapArrays,
  normals,
  padRows,
  permuteClasses,
  pickRows,
  tinyPrograms,
  tinyShapes,
  tinySpecs,
  trainedWeights,
  without,
} from "./support/tiny.js";

const engine = new Engine({ threads: 2 });
const WAY = 3;
const whole = drawEpisode(11, { shapes: tinyShapes, way: WAY, shot: [1, 2, 3], query: 2 });
const episode: EpisodeArrays = {
  ...whole,
  support: without(whole.support, "image", [1]),
  query: without(whole.query, "strokes", [0]),
};
/** Support and query lack each modality somewhere: first-order gradients see queries alone, rates of descent see both. */
const everyLack: EpisodeArrays = {
  ...whole,
  support: without(episode.support, "strokes", [2]),
  query: without(episode.query, "image", [1]),
};
const folder = await mkdtemp(join(tmpdir(), "metamodal-contract-"));
afterAll(() => rm(folder, { recursive: true, force: true }));

const tables = { learners, fusions, alignments, auxiliaries, encoders, continualMethods };

describe.each(Object.entries(tables))("every row of %s", (_, table) => {
  it.each(Object.entries(table))("%s has its name, a line about it and its source", (key, row) => {
    expect(row.name).toBe(key);
    expect(row.summary).toMatch(/^[^A-Z].{9,70}[^.]$/);
    expect(row.source).toMatch(/\b(19|20)\d\d\b/);
  });
});

it("every implemented kind of modality has a default encoder", () => {
  for (const kind of Object.keys(modalities)) expect(encoders).toHaveProperty(defaultEncoder(kind as never));
});

/** Every array's path, type and shape. */
const typesOf = (tree: unknown) =>
  arraysOf(tree).map(([path, { dtype, shape }]) => `${path}: ${dtype}[${shape}]`);

/** Small arrays [count, …shape] of a kind, as its own values become them, and how. */
async function arraysOfKind(
  kind: ModalityKind,
  count: number,
  seed: number,
): Promise<{ spec: ModalitySpec; x: NDArray }> {
  const { draw, options } = kinds[kind];
  const samples = Array.from({ length: count }, (_, i) => ({ value: draw(i, seed + i), where: `${i}` }));
  const spec = await modalities[kind].plan(samples, options, "test");
  const each = await Promise.all(
    samples.map(({ value, where }) => modalities[kind].encode(value, spec, where)),
  );
  return {
    spec,
    x: float32(
      each.flatMap((one) => [...one]),
      [count, ...spec.shape],
    ),
  };
}

/** Its own type is too deep for the compiler where trees are mapped. */
const mapped = vmap as (fn: (...args: Tensor[]) => Tensor, axes: number[]) => typeof fn;

/** Options that keep an encoder small or that it cannot be without. */
const few: Readonly<Record<string, object>> = { resnet: { channels: 8 }, pretrained: { model: "a.onnx" } };
/** Every encoder by itself, and the choices that change what it computes. */
const choices: readonly (readonly [name: string, chosen: object])[] = [
  ...Object.keys(encoders).map((name) => [name, few[name] ?? {}] as const),
  ["resnet", { channels: 8, normalise: "group" }],
  ["conv4", { channels: 4 }],
  ["linear", { hidden: 5 }],
  ["ngrams", { hidden: 0 }],
];
const encoded = await Promise.all(
  choices.map(async ([name, chosen]) => ({
    ...encoderMethodOf(name),
    chosen,
    ...(await arraysOfKind(encoderMethodOf(name).kind, 4, 1)),
    more: (await arraysOfKind(encoderMethodOf(name).kind, 4, 5)).x,
  })),
);

describe.each(encoded)("the encoder $name $chosen", ({ name, options, chosen, spec, isFrozen, x, more }) => {
  const [count, width] = [4, 6];
  const as = isFrozen ? { ...spec, frozen: {} } : spec;
  const encoder = encoderFor({ name, ...options.parse(chosen) }, as, "test");
  const params = encoder.init(spec, width, random(1)) as Arrays;
  const state = encoder.initState(spec, width);
  const counts = float32(Array(count).fill(1), [count]);
  const ask = (use: "given" | "measured", p: Tensors, s: Tensors, of: Tensor, who: Tensor) =>
    encoder.encode(p, of, s, { use, counts: who }).features;
  const run = async (fn: (...args: never[]) => Tensors, args: Arrays[]) =>
    engine.compile(fn, args as never).run(args);

  it("gives vectors of the model's width, each example's by itself under given statistics", async () => {
    const given = (p: Tensors, s: Tensors, of: Tensor, who: Tensor) => ask("given", p, s, of, who);
    const all = (await run(given, [params, state, x, counts])) as NDArray;
    expect(all.shape).toEqual([count, width]);
    const size = x.data.length / count;
    const alone = float32(x.data.slice(2 * size, 3 * size), [1, ...spec.shape]);
    const one = (await run(given, [params, state, alone, float32([1], [1])])) as NDArray;
    expect(relativeError([...one.data], [...all.data.slice(2 * width, 3 * width)])).toBeLessThan(1e-5);
  });

  it("is the same mapped over a batch of parameters and examples", async () => {
    const measured = (p: Tensors, of: Tensor, s: Tensors, who: Tensor) => ask("measured", p, s, of, who);
    const other = encoder.init(spec, width, random(3)) as Arrays;
    const each = [params, other].map((p, i) => run(measured, [p, [x, more][i], state, counts]));
    const stacked = (trees: Arrays[]) => {
      const [first, second] = trees.map((tree) => arraysOf(tree).map(([, leaf]) => leaf));
      let i = 0;
      return mapArrays(({ shape }) => {
        const both = float32([...first[i].data, ...second[i].data], [2, ...shape]);
        i++;
        return both;
      }, trees[0]);
    };
    const args = [stacked([params, other]), stacked([x, more]), state, counts];
    const together = (p: Tensors, of: Tensor, s: Tensors, who: Tensor) =>
      mapped((q, y) => measured(q as Tensors, y, s, who), [0, 0])(p as Tensor, of);
    const all = (await run(together as never, args)) as NDArray;
    const expected = (await Promise.all(each)).flatMap((one) => [...(one as NDArray).data]);
    expect(relativeError([...all.data], expected)).toBeLessThan(1e-4);
  });

  it("draws its parameters from the stream, and lets every one of them move", async () => {
    expect(encoder.init(spec, width, random(1))).toEqual(params);
    expect(encoder.init(spec, width, random(2))).not.toEqual(params);
    expect(typesOf(encoder.init(spec, width, undrawn))).toEqual(typesOf(params));
    const slopes = (p: Tensors, s: Tensors, of: Tensor, who: Tensor) =>
      gradient((q: Tensors) => {
        const features = ask("measured", q, s, of, who);
        return np.sum(features.mul(features).mul(features));
      })(p);
    for (const [path, { data }] of arraysOf(await run(slopes, [params, state, x, counts])))
      expect(Math.max(...data.map(Math.abs)), path).toBeGreaterThan(1e-6);
  });

  it("rejects options it does not have", () => {
    const parse = (more: object) => parseRecipe({ encoders: { x: { name, ...more } } } as never, "r.yaml");
    expect(() => parse({ ...chosen, nonsense: 1 })).toThrow(/field "encoders\.x.*nonsense"/);
    expect(() => parse(chosen)).not.toThrow();
  });
});

const as = (name: string) => ({ name }) as never;
const combinations = pairs.map(([learner, fusion]): [string, RecipeInput] => [
  `${learner} with ${fusion}`,
  { learner: as(learner), fusion: fusion as never, alignment: { name: "mean", weight: 0.2 } },
]);
const terms: [string, RecipeInput][] = [
  ...Object.keys(alignments).map((name): [string, RecipeInput] => [
    `aligned by ${name}`,
    { alignment: { name: name as never, weight: 0.5 } },
  ]),
  ...Object.keys(auxiliaries).map((name): [string, RecipeInput] => [
    `related by ${name}`,
    { auxiliary: as(name) },
  ]),
];
/** Descent through the network takes long to compile: the usual lane holds one term of each kind to it. */
const isUsual = (learner: string, how: string) => learner !== "maml" || /by (mean|masked)$/.test(how);
const related = moving.flatMap((learner) =>
  terms
    .filter(([how]) => process.env.ALL_PAIRS || isUsual(learner, how))
    .map(([how, recipe]): [string, RecipeInput] => [
      `${learner} ${how}`,
      { learner: as(learner), ...recipe },
    ]),
);

/** The least gradient; that of a rate is a product of two, which are small after a step or two. */
const leastOf = (path: string) => (path.startsWith("learner.rates.") ? 1e-9 : 1e-6);

it.each([
  ...combinations,
  ...related,
])("%s: a model is read by the shapes that it starts with", (_, recipe) => {
  const programs = tinyPrograms(engine, recipe);
  expect(typesOf(programs.definition.blankWeights())).toEqual(typesOf(programs.definition.init(1)));
});

describe.each([
  ...combinations.map(([how, recipe]) => ({ how, recipe, of: everyLack })),
  // What auxiliary objectives predict is what examples have of both modalities.
  ...related.map(([how, recipe]) => ({ how, recipe, of: episode })),
])("$how", ({ recipe, of }) => {
  it("moves every parameter that it trains (none is left out of gradient and update)", async () => {
    const programs = tinyPrograms(engine, recipe);
    const { trainable = () => true } = programs.definition.learner;
    const initial = programs.definition.init(1);
    const state = startingState(initial);
    const shown = programs.definition.drawAuxiliary(of, random(1));
    const solved = await programs.solveAlignment(state, [shown], false);
    const first = await programs.metaGradient(state, shown, { solved });
    for (const [path, { data }] of arraysOf(first.gradient))
      expect(data.every(Number.isFinite), path).toBe(true);
    // Gates start at zero, so what they read gets its gradient from the second step on.
    const next = update(state, first, 0.01, trainable);
    const second = await programs.metaGradient(next, shown, { solved });
    const slopes = new Map(arraysOf(second.gradient));
    const before = new Map(arraysOf(initial.params));
    const after = update(next, second, 0.01, trainable);
    for (const [path, { data }] of arraysOf(after.params)) {
      if (!trainable(path)) {
        expect(data, path).toEqual(before.get(path)!.data);
        continue;
      }
      expect(Math.max(...slopes.get(path)!.data.map(Math.abs)), `gradient of ${path}`).toBeGreaterThan(
        leastOf(path),
      );
      expect(data, path).not.toEqual(before.get(path)!.data);
    }
    const old = new Map(arraysOf(initial.state));
    for (const [path, { data }] of arraysOf(after.state)) expect(data, path).not.toEqual(old.get(path)!.data);
  });
});

const programsOf = (learner: string, recipe: RecipeInput = {}) =>
  tinyPrograms(engine, { learner: as(learner), ...recipe });

/** The episode whose support shows strokes alone and whose query shows the image alone; the rest is withheld. */
const withheldFrom = ({ support, query, ways }: EpisodeArrays): EpisodeArrays => {
  const hide = (batch: EpisodeArrays["support"], name: string) => {
    const { shape } = batch.present[name];
    const none = float32(new Float32Array(shape[0]), shape);
    const others = Object.keys(batch.present).filter((other) => other !== name);
    return {
      ...batch,
      present: { ...batch.present, [name]: none },
      withheld: { [name]: batch.present[name], ...Object.fromEntries(others.map((other) => [other, none])) },
    };
  };
  return { support: hide(support, "image"), query: hide(query, "strokes"), ways };
};

describe("what is withheld", () => {
  const whole = drawEpisode(13, { shapes: tinyShapes, way: WAY, shot: 2, query: 2 });
  const other = drawEpisode(14, { shapes: tinyShapes, way: WAY, shot: 2, query: 2 });
  const swapped = {
    ...whole,
    support: { ...whole.support, values: { ...whole.support.values, image: other.support.values.image } },
    query: { ...whole.query, values: { ...whole.query.values, strokes: other.query.values.strokes } },
  };
  const learned = async (recipe: RecipeInput, given: EpisodeArrays) => {
    const programs = tinyPrograms(engine, recipe);
    const weights = trainedWeights(programs, 2);
    const shown = programs.definition.drawAuxiliary(withheldFrom(given), random(1));
    const solved = await programs.solveAlignment(weights, [shown], false);
    return programs.metaGradient(weights, shown, { solved });
  };
  const plain: [string, RecipeInput][] = [
    ...moving.map((learner): [string, RecipeInput] => [learner, { learner: as(learner) }]),
    ...Object.keys(fusions).map((fusion): [string, RecipeInput] => [fusion, { fusion: fusion as never }]),
  ];

  it.each(plain)("teaches %s nothing by itself", async (_, recipe) => {
    expect(await learned(recipe, swapped)).toEqual(await learned(recipe, whole));
  });

  const ofVectors = terms.filter(([how]) => /aligned|cross|masked/.test(how));
  it.each(ofVectors)("is %s with what is shown", async (_, recipe) => {
    const [a, b] = [await learned(recipe, whole), await learned(recipe, swapped)];
    expect(a.score).toEqual(b.score);
    expect(Math.abs(a.loss.data[0] - b.loss.data[0])).toBeGreaterThan(1e-5);
  });
});

/** Only Reptile descends on what the terms are added to; the slow lane holds all learners to it. */
const descending = process.env.ALL_PAIRS ? moving : ["reptile"];

describe.each(descending)("what %s predicts outside training", (learner) => {
  const answers = (recipe: RecipeInput) => {
    const programs = programsOf(learner, recipe);
    return programs.inference.episode(trainedWeights(programs, 2), episode);
  };
  const plain = answers({});

  it.each(terms)("is as if it were not %s", async (_, recipe) => {
    expect(await answers(recipe)).toEqual(await plain);
  });
});

/** The card of a tiny model, in the order it is stored in. */
const tinyCard = (recipe: Recipe) => ({
  recipe,
  modalities: tinySpecs,
  classes: { train: ["x"], val: [], test: [] },
  data: { name: "tiny", rows: 0, unusedRows: 0 },
  training: { steps: 0, selectedStep: 0, validation: null },
  certainty: null,
  alone: [],
  libraries: {},
});

describe.each(Object.keys(learners))("the learner %s", (name) => {
  const programs = programsOf(name);
  const weights = trainedWeights(programs, 3);
  const predict = async (of: TrainingPrograms, { support, query, ways }: EpisodeArrays) =>
    of.inference.predict(weights, await of.inference.adapt(weights, support, ways), query);
  const logits = async (of: TrainingPrograms, given: EpisodeArrays) =>
    Array.from((await predict(of, given)).outputs.data);

  it("adapts and predicts as it does in one program", async () => {
    const whole = await programs.inference.episode(weights, episode);
    expect(relativeError(await logits(programs, episode), [...whole.data])).toBeLessThan(1e-4);
  });

  const { fixedWay } = programs.definition.learner;

  it("follows a permutation of the classes, unless it says that its way is fixed", async () => {
    const order = [2, 0, 1];
    const plain = await logits(programs, episode);
    const permuted = await logits(programs, permuteClasses(episode, order));
    const expected = plain.map((_, i) => plain[i - (i % WAY) + order[i % WAY]]);
    if (fixedWay) expect(relativeError(permuted, expected)).toBeGreaterThan(1e-3);
    else expect(relativeError(permuted, expected)).toBeLessThan(1e-4);
  });

  it("does not see the order of the support or of the queries", async () => {
    const { support, query } = episode;
    const plain = await logits(programs, episode);
    const rows = [5, 2, 0, 4, 1, 3];
    const reordered = await logits(programs, {
      ...episode,
      support: pickRows(support, rows),
      query: pickRows(query, [3, 1, 0, 5, 4, 2]),
    });
    const expected = [3, 1, 0, 5, 4, 2].flatMap((i) => plain.slice(i * WAY, i * WAY + WAY));
    expect(relativeError(reordered, expected)).toBeLessThan(1e-4);
  });

  it("answers each query alone, unless it is transductive", async () => {
    const others = pickRows(episode.query, [0, 1, 1, 1, 1, 1]);
    const first = async (of: TrainingPrograms, query: typeof others) =>
      (await logits(of, { ...episode, query })).slice(0, WAY);
    const alone = await first(programs, others);
    expect(alone).toEqual(await first(programs, episode.query));
    const together = programsOf(name, { episode: { mode: "transductive" } });
    const error = relativeError(await first(together, others), await first(together, episode.query));
    expect(error).toBeGreaterThan(1e-3);
  });

  it("weighs the modalities present by shares that add up to 1", async () => {
    const { weights: alpha } = await predict(programs, episode);
    const sums = Array.from(alpha.image.data, (a, i) => a + alpha.strokes.data[i]);
    for (const sum of sums) expect(sum).toBeCloseTo(1, 5);
    expect(alpha.strokes.data[0]).toBe(0);
    expect(Math.min(...alpha.image.data)).toBeGreaterThan(0);
  });

  it("rejects options it does not have", () => {
    const parse = (options: object) => parseRecipe({ learner: { name, ...options } }, "r.yaml");
    expect(() => parse({ nonsense: 1 })).toThrow(InputError);
    expect(() => parse({ nonsense: 1 })).toThrow(/field "learner.*nonsense"/);
    expect(() => parse({})).not.toThrow();
  });

  it("starts from what the seed says, whatever other modalities there are", () => {
    const both = new Map(arraysOf(programs.definition.init(5)));
    expect(new Map(arraysOf(programs.definition.init(5)))).toEqual(both);
    const only = tinyPrograms(engine, { learner: as(name) }, ["strokes"]);
    const alone = arraysOf(only.definition.init(5)).filter(([path]) => path.includes("strokes"));
    expect(alone.length).toBeGreaterThan(0);
    for (const [path, array] of alone) expect(array, path).toEqual(both.get(path));
    const weight = "params.network.encoders.strokes.blocks.0.weight";
    expect(new Map(arraysOf(programs.definition.init(6))).get(weight)).not.toEqual(both.get(weight));
  });

  const model = new Model(tinyCard(programs.definition.recipe), weights, engine);

  it.each([
    [2, [1, 1]],
    [3, [1, 3, 2]],
    [7, [1, 2, 1, 1, 4, 1, 1]],
  ])("adapts to %i classes of unequal shots, or refuses where its way is fixed", async (way, shots) => {
    const support = shots.flatMap((n, k) => drawings(k, n));
    if (fixedWay && way !== WAY) {
      const refused = new RegExp(`expected ${WAY}, which .* was meta-trained for`);
      await expect(model.adapt(support)).rejects.toThrow(refused);
      return;
    }
    const task = await model.adapt(support);
    expect(task.classes).toHaveLength(way);
    const [prediction] = await task.predictAll(drawings(1, 1));
    const { probabilities: p, weights: alpha, label } = prediction as ClassPrediction;
    expect(Object.keys(p)).toEqual(task.classes);
    expect(task.classes).toContain(label);
    expect(Object.values(p).reduce((a, b) => a + b)).toBeCloseTo(1, 12);
    expect(Object.values(alpha).reduce((a, b) => a + b)).toBeCloseTo(1, 5);
  });

  it("predicts the same bits after saving and loading model and task", async () => {
    const support = [...drawings(0, 1), ...drawings(1, 2), ...drawings(2, 1)];
    const queries = [...drawings(0, 2), ...drawings(1, 2)];
    const task = await model.adapt(support);
    const expected = await task.predictAll(queries);
    const [modelPath, taskPath] = [join(folder, `${name}.model`), join(folder, `${name}.task`)];
    await model.save(modelPath);
    await task.save(taskPath);
    const loaded = await loadModel(modelPath, { threads: 1 });
    expect(loaded.hash).toBe(model.hash);
    expect(await (await loaded.adapt(support)).predictAll(queries)).toEqual(expected);
    expect(await (await loadTask(taskPath, { threads: 1 })).predictAll(queries)).toEqual(expected);
    const card = JSON.parse(await readFile(join(taskPath, "task.json"), "utf8"));
    for (const change of [
      { arrays: { fitted: null } },
      { arrays: { fitted: { dtype: "float32" } } },
      { arrays: { fitted: { dtype: "float32", shape: [1e6, 1e6] } } },
      { modelHash: "other" },
      { version: 3 },
      { classes: ["one"] },
    ]) {
      await writeFile(join(taskPath, "task.json"), JSON.stringify({ ...card, ...change }));
      await expect(loadTask(taskPath), JSON.stringify(change)).rejects.toThrow(InputError);
    }
  });
});

describe.each(learnersOf("regression"))("numbers by the learner %s", (name) => {
  const programs = programsOf(name, { task: "regression" });
  const weights = trainedWeights(programs, 4);
  const drawn = drawNumbers(5, { shapes: tinyShapes, shot: 5, query: 4 });
  const given: EpisodeArrays = {
    ...drawn,
    support: without(drawn.support, "image", [1]),
    query: without(drawn.query, "strokes", [0]),
  };
  const values = async (of: EpisodeArrays) => [...(await programs.inference.episode(weights, of)).data];

  it("moves every parameter", async () => {
    const state = startingState(programs.definition.init(1));
    const next = update(state, await programs.metaGradient(state, given), 0.01);
    const { gradient: slopes, loss, score } = await programs.metaGradient(next, given);
    for (const [path, { data }] of arraysOf(slopes))
      expect(Math.max(...data.map(Math.abs)), path).toBeGreaterThan(1e-7);
    // A loss of a learner's own may be of more than the answers that are scored.
    const { metaLoss, head } = programs.definition.learner;
    if (!metaLoss || head) expect(score.data[0]).toBeCloseTo(loss.data[0], 5);
  });

  it("adapts and predicts as it does in one program, whatever the order, the padding and what absence holds", async () => {
    const plain = await values(given);
    const { support, query, ways } = given;
    const { outputs } = await programs.inference.predict(
      weights,
      await programs.inference.adapt(weights, support, ways),
      query,
    );
    expect(outputs.shape).toEqual([4, 1]);
    expect(relativeError([...outputs.data], plain)).toBeLessThan(1e-4);
    const others = {
      reordered: { ...given, support: pickRows(support, [4, 2, 0, 1, 3]) },
      padded: { ...given, support: padRows(support, 3), query: padRows(query, 2) },
      garbage: { ...given, support: without(support, "image", [1], -3) },
    };
    for (const [what, other] of Object.entries(others))
      expect(relativeError((await values(other)).slice(0, 4), plain), what).toBeLessThan(1e-4);
  });

  it("learns from the numbers, not only from what has them", async () => {
    const { support } = given;
    const data = support.labels.data.map((x) => 3 - x);
    const other = { ...given, support: { ...support, labels: { ...support.labels, data } } };
    expect(relativeError(await values(other), await values(given))).toBeGreaterThan(1e-3);
  });

  it("predicts the same bits after saving and loading model and task", async () => {
    const model = new Model(tinyCard(programs.definition.recipe), weights, engine);
    const numbered = (k: number, count: number, label: number) =>
      drawings(k, count).map((example) => ({ ...example, label }));
    const task = await model.adapt([...numbered(0, 2, -1.5), ...numbered(1, 3, 2)]);
    const expected = await task.predictAll(drawings(1, 3));
    expect(Object.keys(expected[0])).toEqual(["id", "value", "weights"]);
    expect(expected.every(({ value }) => Number.isFinite(value))).toBe(true);
    const path = join(folder, `${name}.numbers`);
    await task.save(path);
    expect(await (await loadTask(path, { threads: 1 })).predictAll(drawings(1, 3))).toEqual(expected);
    const card = JSON.parse(await readFile(join(path, "task.json"), "utf8"));
    await writeFile(join(path, "task.json"), JSON.stringify({ ...card, classes: ["a", "b"], capacity: 2 }));
    await expect(loadTask(path)).rejects.toThrow(/expected none, since the model predicts numbers/);
  });
});

/** Examples of class `k`; the second of a class has no image, the third no strokes. */
function drawings(k: number, count: number): Example[] {
  return Array.from({ length: count }, (_, i) => {
    const example = drawing(k, i);
    return i % 3 === 0 ? example : lacking(example, i % 3 === 1 ? "image" : "strokes");
  });
}

describe.each(Object.values(alignments))("the alignment $name", ({ init, solve, loss }) => {
  const [n, width] = [7, 5];
  const r = random(3, "alignment");
  const names = ["a", "b", "c"];
  const features = Object.fromEntries(names.map((name) => [name, normals(r, [n, width])]));
  const has: Record<string, number[]> = {
    a: [1, 1, 1, 0, 1, 1, 1],
    b: [1, 1, 0, 1, 1, 1, 0],
    c: [1, 1, 1, 1, 0, 1, 0],
  };
  const present = Object.fromEntries(names.map((name) => [name, float32(has[name], [n])]));
  const params = init?.() ?? {};
  const slopesOf = (of: Record<string, NDArray>, who: Record<string, NDArray>) => {
    const args = [of, who, params, solve?.(of, who) ?? {}];
    const slopes = (f: Tensors, p: Tensors, own: Tensors, solved: Tensors) =>
      valueAndGradient((x: Tensors): [Tensor, Tensors] => [loss(x as never, p as never, own, solved), {}])(f);
    const program = engine.compile(slopes as never, args as never);
    return program.run(args) as Promise<unknown> as Promise<{
      loss: NDArray;
      gradient: Record<string, NDArray>;
    }>;
  };

  it("is 0 where there is one modality only, with no gradient", async () => {
    const { loss: value, gradient: slope } = await slopesOf({ a: features.a }, { a: present.a });
    expect(Math.abs(value.data[0])).toBeLessThan(1e-6);
    expect(Math.max(...slope.a.data.map(Math.abs))).toBeLessThan(1e-6);
  });

  it("draws on every modality, and not on what is absent", async () => {
    const { loss: value, gradient: slope } = await slopesOf(features, present);
    const garbage = mapArrays(
      ({ data, shape }, name) =>
        float32(
          data.map((x, i) => (has[name][Math.floor(i / width)] ? x : 1e3)),
          shape,
        ),
      features,
    );
    const other = await slopesOf(garbage, present);
    expect(other.loss.data[0]).toBeCloseTo(value.data[0], 5);
    for (const name of names) {
      expect(relativeError([...other.gradient[name].data], [...slope[name].data])).toBeLessThan(1e-4);
      for (const [i, here] of has[name].entries()) {
        const size = Math.max(...slope[name].data.slice(i * width, (i + 1) * width).map(Math.abs));
        const alone = names.every((one) => one === name || !has[one][i]);
        if (here && !alone) expect(size, `${name} ${i}`).toBeGreaterThan(1e-6);
        else expect(size, `${name} ${i}`).toBe(0);
      }
    }
  });
});

describe.each(Object.values(auxiliaries))("the auxiliary objective $name", ({ name, options, tasks }) => {
  const related = { auxiliary: { name } };
  const chunk = (programs: TrainingPrograms, given: EpisodeArrays) =>
    programs.metaGradient(trainedWeights(programs, 2), programs.definition.drawAuxiliary(given, random(4)));
  const plain = tinyPrograms(engine, {});
  const own = tinyPrograms(engine, related);

  it("changes training, and not what a model predicts", async () => {
    const [without, given] = await Promise.all([chunk(plain, episode), chunk(own, episode)]);
    const flat = (tree: unknown) =>
      arraysOf(tree).flatMap(([path, { data }]) => (path.startsWith("network") ? [...data] : []));
    expect(relativeError(flat(given.gradient), flat(without.gradient))).toBeGreaterThan(1e-4);
    const weights = trainedWeights(own, 2);
    expect(await own.inference.episode(weights, episode)).toEqual(
      await plain.inference.episode(weights, episode),
    );
  });

  it("shows the same episode for the same draw, and leaves the one drawn alone", () => {
    const before = mapArrays(({ data, shape }) => float32(data, shape), episode);
    expect(own.definition.drawAuxiliary(episode, random(4))).toEqual(
      own.definition.drawAuxiliary(episode, random(4)),
    );
    expect(episode).toEqual(before);
  });

  it("has nothing to say of one modality, nor of what is absent", async () => {
    const alone = tinyPrograms(engine, related, ["strokes"]);
    const bare = tinyPrograms(engine, {}, ["strokes"]);
    const strokes = drawEpisode(3, { shapes: { strokes: tinyShapes.strokes }, way: WAY, shot: 1, query: 1 });
    expect((await chunk(alone, strokes)).loss).toEqual((await chunk(bare, strokes)).loss);
    const garbage = { ...episode, support: without(episode.support, "image", [1], -3) };
    const [one, other] = await Promise.all([chunk(own, episode), chunk(own, garbage)]);
    expect(other.loss.data[0]).toBeCloseTo(one.loss.data[0], 5);
  });

  it("rejects options it does not have, and labels it cannot read", () => {
    const parse = (more: object) => parseRecipe({ auxiliary: { name, ...more } }, "r.yaml");
    expect(() => parse({ nonsense: 1 })).toThrow(/field "auxiliary.*nonsense"/);
    expect(parse({}).auxiliary).toEqual({ name, ...options.parse({}) });
    const numbers = () => parseRecipe({ task: "regression", auxiliary: { name } }, "r.yaml");
    if (tasks.includes("regression")) expect(numbers).not.toThrow();
    else expect(numbers).toThrow(/field "auxiliary"/);
  });
});
