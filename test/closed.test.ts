/** Plain supervised learning: rows are split, all train classes are learned at once, and held-out rows are judged. */

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { random } from "../src/base/random.js";
import type { Dataset, Split } from "../src/data/index.js";
import { batchSampler, closedSplit } from "../src/episode/index.js";
import { evaluate, evaluateClosed } from "../src/evaluate/index.js";
import { loadModel, loadTask, type Model } from "../src/model/index.js";
import { type MetaTrainOptions, metaTrain } from "../src/train/index.js";
import { tinyDataset } from "./support/drawings.js";

const EACH = 20;
const declared = tinyDataset({ train: 4, val: 0, test: 0 }, EACH);
const withSplits = (of: (i: number) => Split | undefined, data = declared): Dataset => ({
  ...data,
  rows: data.rows.map((row, i) => ({ ...row, split: of(i) })),
});
const undeclared = withSplits(() => undefined);
const idsOf = (rows: readonly { id: string }[]) => rows.map(({ id }) => id);

describe("closedSplit", () => {
  it("holds out 15 % of each class by seed where no row has a split", () => {
    const { split, rows, held } = closedSplit(undeclared, 1);
    expect(split).toMatchObject({ val: [], test: [], source: "seeded", unusedRows: 0 });
    for (const name of split.train)
      expect(
        [rows.train, rows.val, rows.test].map((own) => own.filter((row) => row.label === name).length),
      ).toEqual([14, 3, 3]);
    expect(held).toEqual({ val: idsOf(rows.val), test: idsOf(rows.test) });
    const all = idsOf([...rows.train, ...rows.val, ...rows.test]);
    expect(all.sort()).toEqual(idsOf(undeclared.rows).sort());
    expect(closedSplit(undeclared, 1).held).toEqual(held);
    expect(closedSplit(undeclared, 2).held).not.toEqual(held);
  });

  it("keeps what rows declare of the train classes, and splits the train rows where they declare nothing", () => {
    const said = closedSplit(
      withSplits((i) => (i % 4 ? "train" : "test")),
      1,
    );
    expect(said).toMatchObject({ split: { source: "declared" }, rows: { val: [] } });
    expect(said.rows.test).toHaveLength(declared.rows.length / 4);
    expect(said.held).toBeUndefined();
    const disjoint = closedSplit(tinyDataset({ train: 3, val: 2, test: 2 }, 10), 1);
    expect(disjoint.split).toMatchObject({
      train: ["class 0", "class 1", "class 2"],
      source: "seeded",
      unusedRows: 40,
    });
  });

  it("holds nothing out of a class of one row, and refuses where that leaves none", () => {
    const few = (count: number) => ({
      ...undeclared,
      rows: undeclared.rows.filter((_, i) => i % EACH < count),
    });
    expect(closedSplit(few(2), 0).rows).toMatchObject({ train: { length: 4 }, val: [], test: { length: 4 } });
    expect(() => closedSplit(few(1), 0)).toThrow(/no test row is of a train class/);
    expect(() => closedSplit({ ...undeclared, rows: undeclared.rows.slice(0, EACH) }, 0)).toThrow(
      /the only train class is "class 0"/,
    );
  });
});

it("a batch has different rows of all classes, and as many as there are where it asks for more", () => {
  const { rows } = closedSplit(undeclared, 0);
  const sampler = batchSampler(rows.train, ["class 0", "class 1"], 10, "x");
  const { support, query, classes } = sampler.draw(random(1));
  expect([support, classes]).toEqual([[], ["class 0", "class 1"]]);
  expect(new Set(query.map(({ row }) => row)).size).toBe(10);
  for (const { row, label } of query) expect(rows.train[row].label).toBe(classes[label]);
  expect(batchSampler(rows.train, ["class 0", "class 1"], 999, "x").draw(random(1)).query).toHaveLength(28);
});

const options = (rest: Partial<MetaTrainOptions> = {}): MetaTrainOptions => ({
  data: undeclared,
  learner: { name: "supervised", batchSize: 16 } as never,
  width: 8,
  closed: true,
  train: { steps: 60, metaBatch: 1, evalEvery: 30, learningRate: 0.01 },
  threads: 2,
  ...rest,
});

describe("closed training", () => {
  let folder: string;
  let model: Model;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "metamodal-closed-"));
    model = await metaTrain(options({ withUnimodal: true })).model();
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it("learns what it is judged by: rows that were held out, against every row to compare with", async () => {
    const { rows, ...protocol } = await evaluateClosed(model, { data: undeclared });
    expect(protocol).toEqual({
      data: "drawings",
      split: "test",
      closed: true,
      way: 4,
      examples: 12,
      ineligible: [],
      unusedRows: 0,
    });
    expect(rows.map(({ kind, name }) => `${kind} ${name}`)).toEqual([
      "fused image+strokes",
      "alone image",
      "alone strokes",
      "query-missing query without image",
      "query-missing query without strokes",
      "untrained untrained image+strokes",
      "chance chance",
    ]);
    const [fused] = rows;
    const untrained = rows.at(-2)!;
    expect(fused.accuracy).toBeGreaterThan(0.7);
    expect(untrained.behindFirst!.difference).toBeCloseTo(fused.accuracy - untrained.accuracy, 10);
    expect(rows.at(-1)!.accuracy).toBe(1 / 4);
    expect(model.card.training.validation).toMatchObject({ way: 4, shot: 0, episodes: 12 });
  });

  it("keeps the rows it held out, and says the same after saving and loading", async () => {
    expect(model.card.held).toEqual(closedSplit(undeclared, 0).held);
    const untimed = async (of: Model) =>
      (await evaluateClosed(of, { data: undeclared, split: "val" })).rows.map(
        ({ msPerExample: _, ...row }) => row,
      );
    await model.save(join(folder, "closed.model"));
    expect(await untimed(await loadModel(join(folder, "closed.model")))).toEqual(await untimed(model));
  });

  it("tells its train classes without a support, as it is judged, and keeps that as a task", async () => {
    const test = closedSplit(undeclared, 0).rows.test;
    const task = await model.known();
    expect(task.classes).toEqual(model.card.classes.train);
    const predictions = await task.predictAll({ ...undeclared, rows: test });
    const right = predictions.filter(({ label }, i) => label === test[i].label).length;
    const { rows } = await evaluateClosed(model, { data: undeclared });
    expect(right / test.length).toBeCloseTo(rows[0].accuracy, 10);
    for (const { probabilities } of predictions)
      expect(Object.values(probabilities!).reduce((a, b) => a + b)).toBeCloseTo(1, 5);
    await task.save(join(folder, "known.task"));
    const loaded = await loadTask(join(folder, "known.task"));
    expect(await loaded.predictAll({ ...undeclared, rows: test })).toEqual(predictions);
  });

  it("adapts to classes it has not seen", async () => {
    const data = tinyDataset({ train: 0, val: 0, test: 8 });
    const unseen = { ...data, rows: data.rows.filter(({ label }) => label! >= "class 4") };
    const { rows } = await evaluate(model, { data: unseen, way: 3, episodes: 20 });
    expect(rows[0].accuracy).toBeGreaterThan(rows.at(-1)!.accuracy!);
  });

  it("refuses train rows, data without held-out rows, and a model that held none out", async () => {
    const refuse = (of: Model, rest: object) =>
      expect(evaluateClosed(of, { data: undeclared, ...rest })).rejects;
    await refuse(model, { split: "train" }).toThrow(/trained on the train rows/);
    const renamed = { ...undeclared, rows: undeclared.rows.map((row) => ({ ...row, id: `x${row.id}` })) };
    await refuse(model, { data: renamed }).toThrow(/no row of a train class that was held out/);
    await expect(evaluate(model, { data: undeclared, way: 2 })).rejects.toThrow(/unseen classes/);
    const open = await metaTrain(
      options({ closed: false, train: { steps: 1 }, data: tinyDataset() }),
    ).model();
    await refuse(open, {}).toThrow(/not trained with --closed/);
    await expect(open.known()).rejects.toThrow(/has no classes without a support.*Adapt it/);
  });

  it("refuses learners of episodes, and a way beside all classes", async () => {
    const fails = (rest: Partial<MetaTrainOptions>) => expect(metaTrain(options(rest)).model()).rejects;
    await fails({ learner: "prototypical" as never }).toThrow(/field "closed".*supervised/);
    await fails({ episode: { way: 3 } }).toThrow(/field "episode\.way".*all train classes at once/);
  });
});
