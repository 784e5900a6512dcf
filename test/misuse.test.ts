/** The library used wrongly: one clear error each, never a hang, a wrong number in silence, or another's raw error. */

import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  createDataset,
  type Example,
  evaluate,
  loadModel,
  loadTask,
  type MetaTrainOptions,
  type Model,
  metaTrain,
} from "../src/index.js";
import { sealCard } from "../src/model/seal.js";
import { tinyDataset } from "./support/drawings.js";

const data = tinyDataset();
const options = (rest: Partial<MetaTrainOptions> = {}): MetaTrainOptions => ({
  data,
  width: 4,
  episode: { way: 2, shot: 1, query: 2 },
  train: { steps: 4, metaBatch: 1, evalEvery: 2, evalEpisodes: 2 },
  threads: 1,
  ...rest,
});
const support = () => data.rows.slice(0, 12).map(({ label, values }) => ({ label, ...values }) as Example);

let folder: string;
let model: Model;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "metamodal-misuse-"));
  model = await metaTrain(options()).model();
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** The code of the error that a promise rejects with. */
const codeOf = async (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => "no error",
    (error) => error.code ?? error.name,
  );

describe("a run that failed", () => {
  it("gives its error again, to iterators and to model()", async () => {
    const run = metaTrain(options({ signal: AbortSignal.abort() }));
    const iterate = async () => {
      for await (const _ of run);
    };
    await expect(iterate()).rejects.toThrow("aborted");
    await expect(run.model()).rejects.toThrow("aborted");
  });

  it("says so when the loss is no number", async () => {
    const train = { steps: 20, metaBatch: 1, learningRate: 1e30 };
    expect(await codeOf(metaTrain(options({ train })).model())).toBe("train/diverged");
  });
});

describe("resuming", () => {
  it("refuses other data under the same recipe", async () => {
    const runFolder = join(folder, "run");
    await metaTrain(options({ runFolder })).model();
    const [first, ...rest] = data.rows;
    const strokes = [
      [
        [1, 2],
        [3, 9],
      ],
    ];
    const other = { ...data, rows: [{ ...first, values: { ...first.values, strokes } }, ...rest] };
    expect(await codeOf(metaTrain(options({ runFolder, resume: true })).model())).toBe("no error");
    expect(await codeOf(metaTrain(options({ runFolder, resume: true, data: other })).model())).toBe(
      "train/other-recipe",
    );
  });

  it("needs a folder", async () => {
    expect(await codeOf(metaTrain(options({ resume: true })).model())).toBe("train/nothing-to-resume");
  });
});

describe("options", () => {
  it.each([
    ["data", { data: undefined as never }, "train/no-data"],
    ["a modality twice", { modalities: ["image", "image"] }, "recipe/bad-value"],
    ["a way of one", { episode: { way: 1 } }, "recipe/bad-value"],
    [
      "a way that ends before it begins",
      { episode: { way: [3, 2] as [number, number] } },
      "recipe/bad-value",
    ],
    ["no threads", { threads: 0 }, "engine/bad-option"],
    ["a device that is none", { device: "cuda" as never }, "engine/bad-option"],
  ])("of training: %s", async (_, wrong, code) => {
    expect(await codeOf(metaTrain(options(wrong)).model())).toBe(code);
  });

  it.each([
    { episodes: 0 },
    { episodes: Number.NaN },
    { split: "foo" },
    { mode: "foo" },
    { seed: "x" },
  ])("of evaluation: %o", async (wrong) => {
    expect(await codeOf(evaluate(model, { data, way: 2, ...(wrong as object) }))).toBe("evaluate/bad-option");
  });
});

describe("examples", () => {
  it.each([undefined, null, {}, "x", [null], [3]])("that are none: %o", async (wrong) => {
    expect(await codeOf(model.adapt(wrong as never))).toBe("model/no-examples");
  });

  it("that are none to a task", async () => {
    const task = await model.adapt(support());
    expect(await codeOf(task.predict(undefined as never))).toBe("model/no-examples");
  });

  it("without any of the model's modalities count for nothing, and are counted", async () => {
    const strokesOnly = await metaTrain(options({ modalities: ["strokes"] })).model();
    const lacking = data.rows.map((row) => ({
      ...row,
      id: `${row.id} lacks`,
      values: { image: row.values.image },
    }));
    const settings = { way: 2, query: 2, episodes: 8 };
    const plain = await evaluate(strokesOnly, { data, ...settings });
    const padded = await evaluate(strokesOnly, {
      data: { ...data, rows: [...data.rows, ...lacking] },
      ...settings,
    });
    expect(padded.rows[0].accuracy).toBe(plain.rows[0].accuracy);
    expect(padded.unusedRows - plain.unusedRows).toBeGreaterThan(0);
  });
});

describe("saving", () => {
  it("a model never replaces a task", async () => {
    const path = join(folder, "one.task");
    await (await model.adapt(support())).save(path);
    expect(await codeOf(model.save(path))).toBe("model/would-overwrite");
    expect(existsSync(join(path, "task.json"))).toBe(true);
    await (await model.adapt(support())).save(path);
  });

  it("takes a path that ends in a slash", async () => {
    await model.save(`${join(folder, "slash.model")}/`);
    expect((await loadModel(join(folder, "slash.model"))).modalities).toEqual(model.modalities);
  });
});

describe("a damaged task", () => {
  it.each([
    ["a class twice", (classes: string[]) => [classes[0], classes[0]]],
    ["more classes than its arrays serve", (classes: string[]) => [...classes, ..."abcdefgh"]],
  ])("with %s is refused", async (_, change) => {
    const path = join(folder, "damaged.task");
    await (await model.adapt(support())).save(path);
    const { sha256: __, ...card } = JSON.parse(await readFile(join(path, "task.json"), "utf8"));
    const files = { "task.safetensors": await readFile(join(path, "task.safetensors")) };
    await writeFile(join(path, "task.json"), sealCard({ ...card, classes: change(card.classes) }, files));
    expect(await codeOf(loadTask(path))).toBe("task/bad-card");
  });
});

it("a transductive model answers all queries together, however many", async () => {
  const transductive = await metaTrain(
    options({ episode: { way: 2, shot: 1, query: 2, mode: "transductive" } }),
  ).model();
  const task = await transductive.adapt(support());
  const queries = Array.from({ length: 70 }, (_, i) => ({ ...support()[i % 12], id: `q${i}` }));
  const [all, some] = [await task.predictAll(queries), await task.predictAll(queries.slice(64))];
  expect(all[69].probabilities).not.toEqual(some[5].probabilities);
});

it("an empty data set in memory is refused", () => {
  expect(() => createDataset({ name: "none", examples: [] })).toThrow(/no rows|no examples/);
});
