/** The server of a trained model: tasks are adapted from it, change, and are the same after a restart. */

import { writeFileSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { unzipSync } from "fflate";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createDataset, loadModel, loadTask, type Model, metaTrain } from "../src/index.js";
import { type Client, createClient, ServerFault } from "../src/serve/client.js";
import type { RunningServer } from "../src/serve/server.js";
import { serving, temporaryFolder, texts } from "./support/serve.js";
import { sines } from "./support/sines.js";

const folder = temporaryFolder();
const at = (name: string) => join(folder, name);
const classes = Array.from({ length: 12 }, (_, k) => `c${k}`);
const point = (k: number, n: number) =>
  Array.from({ length: 8 }, (_, i) => Math.sin(k * 5 + i) + 0.3 * Math.cos(n * 13 + i * i));
const rows = classes.flatMap((label, k) =>
  Array.from({ length: 8 }, (_, n) => ({ label, x: point(k, n), words: `${label} ${n}` })),
);
const support = [0, 1, 2].flatMap((k) => [
  { id: `${k}-a`, label: `new ${k}`, x: point(20 + k, 1) },
  { id: `${k}-b`, label: `new ${k}`, words: `word ${k}`, x: point(20 + k, 2) },
]);
const query = { x: point(21, 7) };

let model: Model;
let server: RunningServer;
let client: Client;
const start = async (given?: Model) => {
  server = await serving(at("tasks.db"), { model: given });
  client = createClient(server.url);
};
const faultOf = async (work: Promise<unknown>): Promise<ServerFault> => {
  const error = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof ServerFault)) throw error ?? new Error("it was not refused");
  return error;
};
const small = { width: 8, train: { steps: 3, metaBatch: 1, evalEpisodes: 2 }, threads: 1 } as const;

beforeAll(async () => {
  const data = createDataset({ name: "points", examples: rows });
  await (
    await metaTrain({ ...small, data, encoders: { x: "mlp", words: "ngrams" }, episode: { way: 3 } }).model()
  ).save(at("points.model"));
  model = await loadModel(at("points.model"), { threads: 1 });
  await start(model);
});
afterAll(() => server.close());

describe("a server of a trained model", () => {
  it("adapts as the library does, adds, removes, and is the same after a restart", async () => {
    const { task } = await client.teach({ name: "new", examples: support });
    expect(task).toMatchObject({ model: model.hash, task: "classification", examples: 6, version: 1 });
    expect(task.classes).toEqual([0, 1, 2].map((k) => ({ name: `new ${k}`, examples: 2 })));
    expect(task.reason).toContain("metamodal evaluate");
    const [prediction] = await client.predict(task.id, [query]);
    const expected = await (await model.adapt(support)).predict(query);
    expect(prediction).toMatchObject({ label: expected.label, probabilities: expected.probabilities });

    const more = { id: "3-a", label: "new 3", x: point(23, 1) };
    const change = await client.add(task.id, [more, support[0]]);
    expect(change).toMatchObject({ added: ["3-a"], repeated: ["0-a"], task: { version: 2, examples: 7 } });
    const other = client.add(task.id, [{ ...more, x: point(24, 1) }]);
    expect(await faultOf(other)).toMatchObject({ status: 409, code: "serve/other-example" });
    const before = await client.predict(task.id, [query]);
    expect(before[0].probabilities).toEqual(
      (await (await model.adapt([...support, more])).predict(query)).probabilities,
    );

    await server.close();
    await start(model);
    expect(await client.predict(task.id, [query])).toEqual(before);
    expect((await client.examples(task.id)).examples[0]).toEqual({ id: "0-a", label: "new 0" });
    await client.remove(task.id, "3-a");
    expect((await client.predict(task.id, [query]))[0].probabilities).toEqual(expected.probabilities);
    expect(await faultOf(client.remove(task.id, "3-a"))).toMatchObject({ status: 404 });
  });

  it("says which modalities the model does not have", async () => {
    const examples = support.map((example) => ({ ...example, price: [1, 2] }));
    const { notices } = await client.teach({ examples });
    expect(notices).toEqual([expect.objectContaining({ code: "serve/unused-modality" })]);
    const alone = client.teach({ examples: [0, 1].map((k) => ({ label: `${k}`, price: [k, 1] })) });
    expect(await faultOf(alone)).toMatchObject({ status: 400, code: "model/no-known-modality" });
  });

  it("exports a task folder that the library reads, and ONNX", async () => {
    const { task } = await client.teach({ examples: support });
    for (const [name, bytes] of Object.entries(unzipSync(await client.export(task.id)))) {
      const path = join(at("exported.task"), name);
      await mkdir(dirname(path), { recursive: true });
      writeFileSync(path, bytes);
    }
    const loaded = await loadTask(at("exported.task"), { threads: 1 });
    const [prediction] = await client.predict(task.id, [query]);
    expect((await loaded.predict(query)).probabilities).toEqual(prediction.probabilities);
    expect(Object.keys(unzipSync(await client.export(task.id, "onnx")))).toContain("predict.onnx");
  });

  it("serves the tasks of the base model too, and refuses those of a model that it was not started with", async () => {
    const { task } = await client.teach({ examples: support });
    await server.close();
    await start();
    expect((await client.task(task.id)).model).toBe(model.hash);
    expect(await faultOf(client.predict(task.id, [query]))).toMatchObject({ code: "serve/other-model" });
    const { task: colours } = await client.teach({ examples: texts });
    await server.close();
    await start(model);
    expect((await client.predict(colours.id, [{ text: "a ruby" }]))[0].label).toBe("red");
    expect((await client.predict(task.id, [query]))[0].label).toBeDefined();
  });

  it("serves a model of numbers", async () => {
    const numbers = await metaTrain({
      ...small,
      data: sines({ train: 20, val: 5, test: 5 }, 24),
      encoders: { x: { name: "mlp", hidden: [8], rectify: true } },
      learner: { name: "maml", innerSteps: 1, innerLearningRate: 0.01 } as never,
      episode: { shot: 5, query: 5 },
    }).model();
    const own = await serving(at("numbers.db"), { model: numbers });
    try {
      const examples = [0, 1, 2, 3].map((x) => ({ label: Math.sin(x), group: "curve", x: [x] }));
      const curve = createClient(own.url);
      const { task } = await curve.teach({ examples });
      const [{ value }] = await curve.predict(task.id, [{ x: [1.5] }]);
      const expected = await (await numbers.adapt(examples)).predict({ x: [1.5] });
      expect(value).toBeCloseTo(expected.value!, 5);
    } finally {
      await own.close();
    }
  });
});
