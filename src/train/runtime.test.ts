/** Training without ONNX Runtime: near the same weights, which runtime stands in the model, and only that one resumes. */

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { tinyDataset } from "../../test/support/drawings.js";
import { leavesOf, type NDArray } from "../base/array.js";
import { type MetaTrainOptions, metaTrain } from "./index.js";

const folder = mkdtempSync(join(tmpdir(), "metamodal-runtime-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const recipes = {
  prototypical: { learner: { name: "prototypical" } },
  maml: { learner: { name: "maml", innerSteps: 2 } },
} satisfies Record<string, Partial<MetaTrainOptions>>;
const optionsOf = (name: keyof typeof recipes, rest: Partial<MetaTrainOptions> = {}): MetaTrainOptions => ({
  data: tinyDataset(),
  width: 4,
  episode: { way: 3, shot: 1, query: 2 },
  train: { steps: 2, metaBatch: 2, evalEvery: 2, evalEpisodes: 2, learningRate: 0.1, optimizer: "sgd" },
  ...{ seed: 3, threads: 2 },
  ...recipes[name],
  ...rest,
});

it.each(["prototypical", "maml"] as const)("%s is trained to near the same weights", async (name) => {
  const [own, reference] = await Promise.all(
    (["wasm", "onnxruntime"] as const).map((runtime) => metaTrain(optionsOf(name, { runtime })).model()),
  );
  expect(own.card.training.runtime).toBe("wasm");
  expect(reference.card.training.runtime).toBe("onnxruntime");
  const expected = new Map(leavesOf<NDArray>(reference.weights.params));
  for (const [path, { data }] of leavesOf<NDArray>(own.weights.params))
    for (const [i, value] of data.entries()) expect(value, path).toBeCloseTo(expected.get(path)!.data[i], 3);
});

it("a run is resumed by the runtime that it was started with only", async () => {
  const runFolder = join(folder, "run");
  await metaTrain(optionsOf("prototypical", { runtime: "wasm", runFolder })).model();
  const resumed = (runtime: MetaTrainOptions["runtime"]) =>
    metaTrain(optionsOf("prototypical", { runtime, runFolder, resume: true })).model();
  await expect(resumed("onnxruntime")).rejects.toMatchObject({ code: "train/other-runtime" });
  await expect(resumed("onnxruntime")).rejects.toThrow("Resume with --runtime wasm.");
  expect((await resumed("wasm")).card.training.runtime).toBe("wasm");
});

it("runtimes that there are not, and devices that they do not have, are refused", async () => {
  const refused = (rest: Partial<MetaTrainOptions>) =>
    expect(metaTrain(optionsOf("prototypical", rest)).model()).rejects.toMatchObject({
      code: "engine/bad-option",
    });
  await refused({ runtime: "java" as "wasm" });
  await refused({ runtime: "wasm", device: "webgpu" });
});
