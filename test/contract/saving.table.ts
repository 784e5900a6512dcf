/** Models and tasks predict the same bits after saving and loading, and a damaged task is refused. */

import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { InputError } from "../../src/base/errors.js";
import { learners, learnersOf } from "../../src/learner/index.js";
import { loadModel, loadTask, Model } from "../../src/model/index.js";
import { sealCard } from "../../src/model/seal.js";
import { drawings, programsOf, tinyCard } from "../support/contract.js";
import { engine } from "../support/engine.js";
import { inLane, laneOfLearner } from "../support/lane.js";
import { trainedWeights } from "../support/tiny.js";

const folder = await mkdtemp(join(tmpdir(), "metamodal-saving-"));
afterAll(() => rm(folder, { recursive: true, force: true }));

describe.each(inLane(Object.keys(learners), laneOfLearner))("%s", (name) => {
  const programs = programsOf(name);
  const weights = trainedWeights(programs, 3);
  const model = new Model(tinyCard(programs.definition.recipe), weights, engine);

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
    const { sha256: _, ...card } = JSON.parse(await readFile(join(taskPath, "task.json"), "utf8"));
    const files = { "task.safetensors": await readFile(join(taskPath, "task.safetensors")) };
    for (const change of [
      { arrays: { fitted: null } },
      { arrays: { fitted: { dtype: "float32" } } },
      { arrays: { fitted: { dtype: "float32", shape: [1e6, 1e6] } } },
      { modelHash: "other" },
      { version: 4 },
      { classes: ["one"] },
    ]) {
      await writeFile(join(taskPath, "task.json"), sealCard({ ...card, ...change }, files));
      await expect(loadTask(taskPath), JSON.stringify(change)).rejects.toThrow(InputError);
    }
  });
});

describe.each(inLane(learnersOf("regression"), laneOfLearner))("regression by %s", (name) => {
  const programs = programsOf(name, { task: "regression" });
  const weights = trainedWeights(programs, 4);

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
    const { sha256: _, ...card } = JSON.parse(await readFile(join(path, "task.json"), "utf8"));
    const files = { "task.safetensors": await readFile(join(path, "task.safetensors")) };
    await writeFile(join(path, "task.json"), sealCard({ ...card, classes: ["a", "b"], capacity: 2 }, files));
    await expect(loadTask(path)).rejects.toThrow(/expected none, since the model predicts numbers/);
  });
});
