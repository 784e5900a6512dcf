/** A server that is killed at random moments of writes, and what it has kept when it starts again. */

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { expect } from "vitest";
import { random } from "../../src/base/random.js";
import { type Client, createClient } from "../../src/serve/client.js";
import { vectors } from "./serve.js";

/** Milliseconds of writing within which a server is killed. */
const WITHIN = 400;
/** Examples of each write, which are there together or not at all. */
const TOGETHER = 3;
const WRITERS = 4;

async function start(cwd: string): Promise<{ child: ChildProcess; client: Client }> {
  const args = ["serve", "--port", "0", "--json", "--log", "silent"];
  const child = spawn(process.execPath, [resolve("dist/bundle/main.js"), ...args], { cwd });
  const [line] = (await once(createInterface(child.stdout), "line")) as [string];
  return { child, client: createClient(JSON.parse(line).url) };
}

/** Write until the server is gone; `acknowledged` gets what it has confirmed. */
async function write(client: Client, task: string, writer: string, acknowledged: Map<string, boolean>) {
  for (let n = 0; ; n++) {
    const names = Array.from({ length: TOGETHER }, (_, k) => `${writer}-${n}-${k}`);
    const examples = vectors(TOGETHER, 4).map((example, k) => ({
      ...{ ...example, id: names[k] },
      x: example.x.map((value, i) => value + Math.sin(n + i + writer.length)),
    }));
    try {
      await client.add(task, examples);
      for (const name of names) acknowledged.set(name, true);
      if (n % 3 !== 2) continue;
      // Neither there nor gone for sure until the removal is confirmed.
      acknowledged.delete(names[0]);
      await client.remove(task, names[0]);
      acknowledged.set(names[0], false);
    } catch {
      return;
    }
  }
}

/** Ids of all of a task's examples. */
async function idsOf(client: Client, task: string): Promise<Set<string>> {
  const ids = new Set<string>();
  for (let after: string | undefined = ""; after !== undefined; ) {
    const page: Awaited<ReturnType<Client["examples"]>> = await client.examples(task, { after, limit: 1000 });
    for (const { id } of page.examples) ids.add(id);
    after = page.next;
  }
  return ids;
}

/** Kill a server `kills` times while it writes. No confirmed change may be lost, and no half change seen. */
export async function killWrites(kills: number, seed: number): Promise<void> {
  const cwd = mkdtempSync(join(tmpdir(), "metamodal-serve-kills-"));
  const moments = random(seed, "kills");
  const acknowledged = new Map<string, boolean>();
  let running = await start(cwd);
  try {
    const { task } = await running.client.teach({ examples: vectors(10, 4) });
    for (let killed = 0; killed < kills; killed++) {
      const { child, client } = running;
      const closed = once(child, "close");
      const before = acknowledged.size;
      const writers = Array.from({ length: WRITERS }, (_, w) =>
        write(client, task.id, `${killed}-${w}`, acknowledged),
      );
      await new Promise((done) => setTimeout(done, WITHIN * (0.2 + moments.uniform())));
      child.kill("SIGKILL");
      await Promise.all([closed, ...writers]);
      expect(acknowledged.size).toBeGreaterThanOrEqual(before);
      running = await start(cwd);
      const ids = await idsOf(running.client, task.id);
      for (const [id, isThere] of acknowledged)
        expect(ids.has(id), `${id} after kill ${killed}`).toBe(isThere);
      const { examples } = await running.client.task(task.id);
      expect(examples).toBe(ids.size);
      for (const id of ids) {
        const [, change] = /^(\d+-\d+-\d+)-\d+$/.exec(id) ?? [];
        const removed = change === undefined ? 0 : Number(!ids.has(`${change}-0`));
        if (change !== undefined)
          expect([...ids].filter((other) => other.startsWith(`${change}-`))).toHaveLength(TOGETHER - removed);
      }
      const [prediction] = await running.client.predict(task.id, [{ x: vectors(1, 4)[0].x }]);
      expect(prediction.label).toBeDefined();
    }
    expect(acknowledged.size).toBeGreaterThan(kills);
  } finally {
    running.child.kill("SIGKILL");
    rmSync(cwd, { recursive: true });
  }
}
