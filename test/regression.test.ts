/** Number labels through the four verbs: sine curves are learned, and misuse is refused by name. */

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  createDataset,
  type Dataset,
  type Evaluation,
  type Example,
  episodePicture,
  evaluate,
  loadModel,
  type MetaTrainOptions,
  type Model,
  metaTrain,
  type TrainEvent,
} from "../src/index.js";
import { tinyDataset } from "./support/drawings.js";
import { sines } from "./support/sines.js";

const data = sines({ train: 200, val: 20, test: 60 }, 24);
const options = (rest: Partial<MetaTrainOptions> = {}): MetaTrainOptions => ({
  data,
  width: 40,
  encoders: { x: { name: "mlp", hidden: [40], rectify: true } },
  learner: { name: "maml", innerSteps: 1, innerLearningRate: 0.01 } as never,
  episode: { shot: 10, query: 10 },
  train: { steps: 250, metaBatch: 10, learningRate: 0.005, evalEvery: 125, evalEpisodes: 20 },
  threads: 2,
  ...rest,
});
const untrained = { train: { steps: 1, metaBatch: 1, evalEpisodes: 2 } };

const folder = await mkdtemp(join(tmpdir(), "metamodal-regression-"));
afterAll(() => rm(folder, { recursive: true, force: true }));
const events: TrainEvent[] = [];
let model: Model;
let evaluation: Evaluation;

beforeAll(async () => {
  const run = metaTrain(options());
  for await (const event of run) events.push(event);
  model = await run.model();
  evaluation = await evaluate(model, { data, episodes: 200 });
});

const rowOf = (kind: string) => evaluation.rows.find((row) => row.kind === kind)!;

describe("training on sine curves", () => {
  it("decides the task by the labels, and splits and draws by group", () => {
    expect(model.card.recipe).toMatchObject({ task: "regression", episode: { way: 1, shot: 10 } });
    expect(model.card.classes.train).toHaveLength(200);
    expect(events[0]).toMatchObject({ type: "start", task: "regression", classes: { train: 200, val: 20 } });
  });

  it("tells mean squared errors, and keeps the weights of the least on validation", () => {
    const steps = events.filter((event) => event.type === "step");
    const { within } = model.card.targets!;
    for (const { mse, loss, accuracy } of steps) {
      expect(mse! / within ** 2).toBeCloseTo(loss, 5);
      expect(accuracy).toBeUndefined();
    }
    const evals = events.filter((event) => event.type === "eval");
    const least = Math.min(...evals.map(({ mse }) => mse!));
    expect(model.card.training.validation).toMatchObject({ mse: least, way: 1, shot: 10 });
    expect(evals.filter(({ best }) => best).at(-1)!.mse).toBe(least);
    expect(model.card.certainty).toBeNull();
  });

  it("beats the support's mean and the untrained network on curves it has not seen", () => {
    const [fused, mean, fresh] = ["fused", "chance", "untrained"].map(rowOf);
    expect(mean.name).toBe("support mean");
    expect(fused.mse! + fused.halfWidth).toBeLessThan(0.75 * (mean.mse! - mean.halfWidth));
    expect(fresh.behindFirst!.difference - fresh.behindFirst!.halfWidth).toBeGreaterThan(0);
    expect(fused.mae).toBeLessThan(mean.mae!);
    expect(fused.mae! ** 2).toBeLessThan(fused.mse!);
  });
});

describe("evaluation", () => {
  it("says what was measured, by the model's shot", () => {
    expect(evaluation).toMatchObject({ task: "regression", way: 1, shot: 10, query: 15, episodes: 200 });
    expect(evaluation.rows.map(({ kind }) => kind)).toEqual(["fused", "untrained", "chance"]);
    for (const row of evaluation.rows) expect(row).not.toHaveProperty("accuracy");
  });

  it("attributes what is taken off the support's mean's error", async () => {
    const own = { data, episodes: 20, attribute: true };
    const { rows, attribution } = await evaluate(model, own);
    expect(attribution!.map(({ modality }) => modality)).toEqual(["x"]);
    expect(attribution![0].value).toBeCloseTo(rows.at(-1)!.mse! - rows[0].mse!, 8);
  });

  it("answers the support's mean by hand", async () => {
    const examples = [1, 2, 3, 6].map((label, i): Example => ({ label, group: "g", split: "test", x: [i] }));
    const own = createDataset({ name: "own", examples });
    const { rows } = await evaluate(model, { data: own, shot: 3, query: 1, episodes: 400 });
    // Leaving out 1, 2, 3 or 6: the mean of the others is away by 8/3, 4/3, 0 and 4.
    expect(rows.at(-1)!.mse).toBeCloseTo((64 / 9 + 16 / 9 + 16) / 4, 0);
  });
});

const curve = (k: number, from: number, to: number) =>
  data.rows.filter(({ group }) => group === `test ${k}`).slice(from, to);
const examplesOf = (rows: Dataset["rows"]) =>
  rows.map(({ id, target, values }): Example => ({ id, label: target, ...values }));

describe("an adapted task", () => {
  it("predicts numbers, the same after saving and loading", async () => {
    const support = examplesOf(curve(3, 0, 10));
    const queries = examplesOf(curve(3, 10, 24)).map(({ label: _, ...rest }) => rest);
    const predictions = await (await model.adapt(support)).predictAll(queries);
    expect(Object.keys(predictions[0])).toEqual(["id", "value", "weights"]);
    expect(predictions[0].weights).toEqual({ x: 1 });
    await model.save(join(folder, "m"));
    const again = await (await loadModel(join(folder, "m"))).adapt(support);
    expect(await again.predictAll(queries)).toEqual(predictions);
  });

  it("is drawn as predicted against right", async () => {
    const part = (from: number, to: number): Dataset => ({ ...data, rows: curve(3, from, to) });
    const task = await model.adapt(part(0, 10));
    const svg = await episodePicture(task, part(0, 10), part(10, 24));
    expect(svg.match(/<circle/g)).toHaveLength(24);
    expect(svg).not.toContain("NaN");
  });
});

describe("two modalities", () => {
  it("have rows for each missing one", async () => {
    const examples = data.rows.map(
      ({ id, target, group, split, values }): Example => ({
        id,
        label: target,
        group,
        split,
        a: values.x,
        b: [target! / 2, 1],
      }),
    );
    const both = createDataset({ name: "both", examples });
    const { train } = untrained;
    const fused = await metaTrain({
      ...options({ data: both, train: { ...train, steps: 3 } }),
      encoders: {},
      width: 8,
      withUnimodal: true,
    }).model();
    const { rows } = await evaluate(fused, { data: both, episodes: 20 });
    expect(rows.map(({ kind }) => kind)).toEqual([
      ...["fused", "alone", "alone", "support-missing", "support-missing"],
      ...["query-missing", "query-missing", "untrained", "chance"],
    ]);
    for (const { mse, mae } of rows) expect(Number.isFinite(mse) && Number.isFinite(mae)).toBe(true);
  });
});

describe("refuses", () => {
  const failure = async (promise: Promise<unknown>) =>
    promise.then(
      () => "no error",
      (error) => `${error.code} | ${error.message}`,
    );
  const training = (rest: Partial<MetaTrainOptions>) =>
    failure(metaTrain(options({ ...untrained, ...rest })).model());
  const made = (...rows: Partial<Example>[]) =>
    createDataset({ name: "made", examples: rows.map((row) => ({ x: [1], ...row }) as Example) });

  it("labels that are names and numbers", () => {
    const mixed = () => made({ label: 1, group: "a" }, {}, { label: "one", group: "a" });
    expect(mixed).toThrow(
      /^example 3, field "label": the label is "one"; expected a number, as example 1 says/,
    );
    expect(() => made({ label: "one" }, { label: 1 })).toThrow(
      /example 2.* is 1; expected a string, as example 1/,
    );
  });

  it("labels that are no finite numbers", () => {
    for (const label of [Number.NaN, Infinity, 1e39])
      expect(() => made({ label, group: "a" })).toThrow(
        /^example 1, field "label": the label is .*finite number/,
      );
  });

  it("numbers without a group, except to adapt to", async () => {
    expect(await training({ data: made({ label: 1, group: "a" }, { label: 2 }) })).toMatch(
      /^data\/no-group \| example 2, field "group": .*each group is a task/,
    );
    expect(await failure(evaluate(model, { data: made({ label: 1 }) }))).toMatch(/^data\/no-group/);
    expect(await failure(model.adapt([{ label: 1, x: [0] }]))).toBe("no error");
  });

  it("learners that cannot, a way, and groups across groups, before training", async () => {
    expect(await training({ learner: "prototypical" as never })).toMatch(
      /^recipe\/learner-task \| .*prototypical does not support regression.*; expected .*maml/,
    );
    expect(await training({ episode: { way: 5 } })).toMatch(
      /^recipe\/bad-value .*"episode.way": the value is 5; expected none/,
    );
    expect(await training({ episode: { across: "group" } })).toMatch(/^data\/bad-episode .*across/);
    expect(await training({ task: "classification" })).toMatch(/^recipe\/task .*expected regression, since/);
    expect(await training({ data: tinyDataset(), task: "regression" })).toMatch(
      /^recipe\/task .*expected classif/,
    );
  });

  it("a group in two splits, and too few groups or examples", async () => {
    const row = (label: number, group: string, split?: "train" | "test") => ({ label, group, split });
    const twice = made(row(1, "a", "train"), row(2, "a", "test"));
    expect(await training({ data: twice })).toMatch(
      /^data\/class-in-two-splits .*the group "a" is in test here/,
    );
    expect(await training({ data: made(row(1, "a"), row(2, "a")) })).toMatch(
      /^data\/too-few-classes .*the only group is "a"; expected at least 2 groups/,
    );
    const short = { data: made(row(1, "a"), row(2, "a"), row(1, "b"), row(2, "b")), episode: { shot: 2 } };
    expect(await training(short)).toMatch(
      /^data\/too-few-eligible .*0 groups are eligible .*Lower the option `shot`/,
    );
  });

  it("classes for a model of numbers, several groups as one task, and a way to evaluate", async () => {
    expect(await failure(model.adapt([{ label: "a", x: [0] }]))).toMatch(
      /^task\/other-labels .*expected a number/,
    );
    const two = [0, 1].map((k): Example => ({ label: k, group: `${k}`, x: [k] }));
    expect(await failure(model.adapt(two))).toMatch(
      /^task\/several-groups \| example 2.*"1" here and "0" in/,
    );
    expect(await failure(evaluate(model, { data, way: 5 }))).toMatch(
      /^data\/bad-episode .*way: .*Leave it out/,
    );
    expect(await failure(evaluate(model, { data: tinyDataset() }))).toMatch(/^evaluate\/other-labels/);
    expect(await failure(evaluate(model, { data, split: "train" }))).toMatch(
      /^evaluate\/seen-classes .*groups/,
    );
  });

  it("vectors of another length", async () => {
    const task = await model.adapt(examplesOf(curve(1, 0, 10)));
    expect(await failure(task.predict({ x: [1, 2] }))).toMatch(
      /^vector\/length \| example 1, field "x": .*2 numbers/,
    );
  });
});
