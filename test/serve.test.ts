/** The server: the life of a task by its client, by forms and by the Open Inference Protocol, and after a restart. */

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { unzipSync } from "fflate";
import { afterAll, beforeAll, expect, it } from "vitest";
import { loadTaughtTask, teach } from "../src/index.js";
import { type Client, createClient, ServerFault, type TaskView } from "../src/serve/client.js";
import type { RunningServer } from "../src/serve/server.js";
import { serving, temporaryFolder, texts, vectors } from "./support/serve.js";

const folder = temporaryFolder();
const data = join(folder, "tasks.db");
let server: RunningServer;
let client: Client;
const start = async () => {
  server = await serving(data);
  client = createClient(server.url);
};
beforeAll(start);
afterAll(() => server.close());

/** What replies have, each some of it. */
interface Replied {
  task: TaskView;
  predictions: unknown;
  inputs: unknown;
  outputs: readonly { data: unknown[] }[];
  model_name: string;
}
const jsonOf = async (reply: Response) => (await reply.json()) as Replied;

const faultOf = async (work: Promise<unknown>): Promise<ServerFault> => {
  const error = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof ServerFault)) throw error ?? new Error("it was not refused");
  return error;
};

it("teaches, predicts, adds, removes, survives a restart and deletes", async () => {
  const { task, added } = await client.teach({ name: "colours", examples: texts });
  expect(task).toMatchObject({
    ...{ name: "colours", version: 1, examples: 4, modalities: [{ name: "text", kind: "text" }] },
    classes: [
      { name: "blue", examples: 2 },
      { name: "red", examples: 2 },
    ],
  });
  expect(task.accuracy).toBeDefined();
  expect(added).toHaveLength(4);

  const query = [{ text: "a scarlet ruby" }];
  const [prediction] = await client.predict(task.id, query);
  const library = await teach(texts);
  const expected = await library.predict(query[0]);
  expect(prediction).toMatchObject({ label: "red", probabilities: expected.probabilities });

  const more = [{ id: "leaf", label: "green", text: "a leaf" }];
  const change = await client.add(task.id, more, { version: 1 });
  expect(change).toMatchObject({ added: ["leaf"], task: { version: 2, examples: 5 } });
  expect(await client.add(task.id, more)).toMatchObject({ added: [], repeated: ["leaf"] });
  const before = await client.predict(task.id, query);

  await server.close();
  await start();
  expect(await client.predict(task.id, query)).toEqual(before);
  expect(await client.task(task.id)).toEqual(change.task);
  await library.add(more);
  const { probabilities } = await library.predict(query[0]);
  expect(before[0].probabilities).toEqual(probabilities);

  expect((await client.examples(task.id)).examples.map(({ id }) => id)).toContain("leaf");
  await client.remove(task.id, "leaf");
  expect((await client.predict(task.id, query))[0].probabilities).toEqual(expected.probabilities);
  await client.delete(task.id);
  expect(await faultOf(client.task(task.id))).toMatchObject({ status: 404, code: "serve/no-task" });
});

it("keeps a task of numbers, and of tables, over a restart", async () => {
  const numbers = Array.from({ length: 12 }, (_, i) => ({ label: 2 * i + 1, x: [i, 1] }));
  const rows = Array.from({ length: 8 }, (_, i) => ({
    label: i % 2 ? "old" : "young",
    person: { age: i % 2 ? 60 + i : 20 + i, town: "Ulm" },
  }));
  const line = await client.teach({ examples: numbers });
  const ages = await client.teach({ examples: rows });
  expect(line.task.task).toBe("regression");
  const predictions = async () => [
    await client.predict(line.task.id, [{ x: [4, 1] }]),
    await client.predict(ages.task.id, [{ person: { age: 70, town: "Ulm" } }]),
  ];
  const before = await predictions();
  expect(before[1][0].label).toBe("old");
  await server.close();
  await start();
  expect(await predictions()).toEqual(before);
});

it("writes once by a key, and refuses the key for another request", async () => {
  const key = "8e1c";
  const [first, second] = await Promise.all([
    client.teach({ examples: texts }, { key }),
    client.teach({ examples: texts }, { key }),
  ]);
  expect(second).toEqual(first);
  await server.close();
  await start();
  expect(await client.teach({ examples: texts }, { key })).toEqual(first);
  const other = client.teach({ name: "other", examples: texts }, { key });
  expect(await faultOf(other)).toMatchObject({ status: 422, code: "serve/key-used" });
  await client.delete(first.task.id, { key: "gone" });
  await client.delete(first.task.id, { key: "gone" });
});

it("writes a form once by a key, whose boundary differs each time", async () => {
  const send = async (last: string) => {
    const form = new FormData();
    for (const [name, value] of [
      ["label", "red"],
      ["text", "crimson"],
      ["label", "blue"],
      ["text", last],
    ])
      form.append(name, value);
    const headers = { "idempotency-key": "form" };
    return fetch(`${server.url}/v1/tasks`, { method: "POST", body: form, headers });
  };
  const first = await send("navy");
  const second = await send("navy");
  expect([first.status, second.status]).toEqual([201, 201]);
  expect(await jsonOf(second)).toEqual(await jsonOf(first));
  expect((await send("azure")).status).toBe(422);
});

it("refuses a change of a version that is no more, and does one of two at a time", async () => {
  const { task } = await client.teach({ examples: texts });
  const results = await Promise.allSettled(
    ["a leaf", "an apple"].map((text) =>
      client.add(task.id, [{ label: "green", text }], { version: task.version }),
    ),
  );
  expect(results.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
  const late = faultOf(client.delete(task.id, { version: 1 }));
  expect(await late).toMatchObject({ status: 412, code: "serve/changed" });
  expect((await client.task(task.id)).examples).toBe(5);
});

it("takes forms, whose parts follow one another", async () => {
  const form = new FormData();

  for (const [name, value] of [
    ["label", "red"],
    ["text", "crimson"],
    ["text", "scarlet"],
    ["label", "blue"],
    ["text", "navy"],
  ])
    form.append(name, value);
  form.append("image", new Blob([readFileSync("datasets/emoji/fruit/apple/blobmoji.png")]), "apple.png");
  form.append("task", '{"name":"form"}');
  const reply = await fetch(`${server.url}/v1/tasks`, { method: "POST", body: form });
  expect(reply.status).toBe(201);
  const { task } = await jsonOf(reply);
  expect(reply.headers.get("etag")).toBe('"1"');
  expect(task).toMatchObject({ name: "form", examples: 3 });
  const query = new FormData();
  query.append("text", "navy");
  const predicted = await fetch(`${server.url}/v1/tasks/${task.id}/predict`, { method: "POST", body: query });
  expect((await jsonOf(predicted)).predictions).toMatchObject([{ label: "blue" }]);
});

it("speaks the Open Inference Protocol", async () => {
  const { task } = await client.teach({ examples: vectors(25) });
  const [{ x: x0 }, { x: x1 }] = vectors(25);
  const ready = await fetch(`${server.url}/v2/health/ready`);
  expect(await ready.json()).toEqual({ ready: true });
  const model = await fetch(`${server.url}/v2/models/${task.id}`).then(jsonOf);
  expect(model.inputs).toEqual([{ name: "x", datatype: "FP64", shape: [-1, -1] }]);
  const reply = await fetch(`${server.url}/v2/models/${task.id}/infer`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({
      inputs: [{ name: "x", shape: [2, x0.length], datatype: "FP32", data: [...x0, ...x1] }],
    }),
  });
  const { outputs, model_name } = await jsonOf(reply);
  expect(model_name).toBe(task.id);
  const direct = await client.predict(task.id, [{ x: x0 }, { x: x1 }]);
  expect(outputs[0]).toEqual({ name: "label", shape: [2], datatype: "BYTES", data: ["c0", "c1"] });
  expect(outputs[1].data).toEqual(direct.flatMap(({ probabilities }) => Object.values(probabilities!)));
});

it("exports and imports task files, and exports ONNX", async () => {
  const { task } = await client.teach({ examples: texts });
  const bytes = await client.export(task.id);
  const path = join(folder, "exported.task");
  writeFileSync(path, bytes);
  const loaded = await loadTaughtTask(path);
  const query = { text: "a ruby" };
  const [prediction] = await client.predict(task.id, [query]);
  expect((await loaded.predict(query)).probabilities).toEqual(prediction.probabilities);
  const again = await client.import(bytes, { name: "copy" });
  expect(again.task).toMatchObject({ name: "copy", examples: 4, accuracy: task.accuracy });
  expect(await client.export(again.task.id)).toEqual(bytes);
  const onnx = unzipSync(await client.export(task.id, "onnx"));
  expect(Object.keys(onnx)).toContain("predict.onnx");
});

it("lists tasks in pages, and shows metrics, documentation and its description", async () => {
  const first = await client.tasks({ limit: 1 });
  expect(first.tasks).toHaveLength(1);
  const second = await client.tasks({ limit: 1, after: first.next });
  expect(second.tasks[0].id > first.tasks[0].id).toBe(true);
  const text = (path: string) => fetch(server.url + path).then((reply) => reply.text());
  expect(await text("/metrics")).toMatch(
    /^metamodal_requests_total\{route="\/v1\/tasks",method="GET",status="200"\} \d/m,
  );
  expect(await text("/docs")).toContain("/v1/tasks/{id}/predict");
  expect(JSON.parse(await text("/healthz"))).toEqual({ status: "ok" });
  expect(JSON.parse(await text("/openapi.json")).openapi).toBe("3.1.0");
});

it("finishes what it took on when it is closed", async () => {
  const { task } = await client.teach({ examples: texts });
  const added = client.add(task.id, [{ id: "late", label: "green", text: "moss" }]);
  const seen = await fetch(`${server.url}/healthz`);
  await seen.text();
  await server.close();
  expect((await added).added).toEqual(["late"]);
  await start();
  expect((await client.task(task.id)).examples).toBe(5);
});
