/** `metamodal serve MODEL` that is killed keeps the tasks that it has confirmed. */

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { afterAll, expect, it } from "vitest";
import { createDataset, metaTrain } from "../src/index.js";
import { type Client, createClient } from "../src/serve/client.js";
import { temporaryFolder, vectors } from "./support/serve.js";

const cwd = temporaryFolder();
let child: ChildProcess | undefined;
afterAll(() => child?.kill("SIGKILL"));

async function start(): Promise<Client> {
  const args = ["serve", "points.model", "--port", "0", "--json", "--log", "silent", "--threads", "1"];
  child = spawn(process.execPath, [resolve("dist/bundle/main.js"), ...args], { cwd });
  const [line] = (await once(createInterface(child.stdout!), "line")) as [string];
  const { url, model } = JSON.parse(line);
  expect(model).toBe("points.model");
  return createClient(url);
}

it("adapts, is killed, and predicts the same after the start", async () => {
  const examples = vectors(60).map(({ x }, n) => ({
    label: `c${n % 12}`,
    x: x.map((v, i) => v + Math.sin((n % 12) + i)),
  }));
  const data = createDataset({ name: "points", examples });
  const options = { width: 8, train: { steps: 2, metaBatch: 1, evalEpisodes: 2 }, threads: 1 } as const;
  await (await metaTrain({ ...options, data, episode: { way: 3, shot: 1, query: 1 } }).model()).save(
    join(cwd, "points.model"),
  );
  const client = await start();
  const { task } = await client.teach({ examples: vectors(10) });
  const change = await client.add(task.id, [{ id: "late", label: "c5", x: vectors(6)[5].x.map((v) => -v) }]);
  const query = [{ x: vectors(3)[2].x }];
  const before = await client.predict(task.id, query);
  const closed = once(child!, "close");
  child!.kill("SIGKILL");
  await closed;
  const again = await start();
  expect(await again.task(task.id)).toEqual(change.task);
  expect(await again.predict(task.id, query)).toEqual(before);
});
