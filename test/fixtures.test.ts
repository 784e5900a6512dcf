/** Models, tasks and recipes that earlier versions wrote: they open, and predict what they predicted then. */

import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { recipeOf } from "../src/cli/recipe.js";
import { openDataset } from "../src/data/index.js";
import { loadModel, loadTask } from "../src/model/load.js";
import type { ClassPrediction, Prediction } from "../src/model/task.js";
import { metaTrain } from "../src/train/index.js";

const root = "test/fixtures";
const folder = mkdtempSync(join(tmpdir(), "metamodal-fixtures-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** Predictions of the same labels, probabilities and weights, to 1e-5. */
function expectSame(found: readonly Prediction[], recorded: readonly ClassPrediction[]): void {
  for (const [i, { id, label, unknown, probabilities, weights }] of recorded.entries()) {
    expect(found[i]).toMatchObject({ id, label, unknown });
    for (const [name, value] of Object.entries(probabilities))
      expect(Math.abs(found[i].probabilities![name] - value), `${id}, ${name}`).toBeLessThan(1e-5);
    for (const [name, value] of Object.entries(weights))
      expect(Math.abs(found[i].weights[name] - value), `${id}, ${name}`).toBeLessThan(1e-5);
  }
}

describe.each(readdirSync(root))("written in %s", (version) => {
  const at = (name: string) => join(root, version, name);
  const recorded: ClassPrediction[] = JSON.parse(readFileSync(at("predictions.json"), "utf8"));
  const first = async () => {
    const data = await openDataset(at("data"));
    return { ...data, rows: data.rows.slice(0, recorded.length) };
  };

  it("the task predicts what it predicted", async () => {
    expectSame(await (await loadTask(at("task"))).predictAll(await first()), recorded);
  });

  it("the model adapts to the same task, is saved and opened again, and so is each modality's", async () => {
    const model = await loadModel(at("model"));
    await model.save(join(folder, "model"));
    const again = await loadModel(join(folder, "model"));
    expect(again.hash).toBe(model.hash);
    expect(Object.keys(again.alone)).toEqual(model.card.alone);
    const task = await again.adapt(await openDataset(at("data")));
    expectSame(await task.predictAll(await first()), recorded);
    const text = await again.alone.text.adapt(await openDataset(at("data")));
    expect((await text.predict({ text: "round long red" })).label).toMatch(/^class /);
  });

  it("a model folder may be replaced by a new one", async () => {
    cpSync(at("model"), join(folder, "old"), { recursive: true });
    await (await loadModel(at("model"))).save(join(folder, "old"));
  });

  it("the recipe trains, or is refused naming the key that was renamed", async () => {
    if (version === "2026-11") {
      const refused = recipeOf(at("recipe.yaml"), {});
      await expect(refused).rejects.toThrow(/field "train\.rate": it is now called learningRate;/);
      return;
    }
    const { data, ...recipe } = await recipeOf(at("recipe.yaml"), {});
    const train = { ...recipe.train, steps: 1 };
    const model = await metaTrain({
      ...recipe,
      train,
      from: undefined,
      data: await openDataset(data),
    }).model();
    expect(model.card.training.steps).toBe(1);
  });
});
