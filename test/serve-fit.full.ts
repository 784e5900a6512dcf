/** Fits beside other requests: these are served meanwhile, and a fit that takes too long is ended and changes nothing. */

import { join } from "node:path";
import { expect, it } from "vitest";
import { type Client, createClient, ServerFault } from "../src/serve/client.js";
import { serving, temporaryFolder, vectors } from "./support/serve.js";

const folder = temporaryFolder();
const MANY = 1000;
/** Examples that differ from one another, as `vectors` of large numbers do not. */
const many = (count: number) =>
  vectors(count).map(({ label, x }, n) => ({
    label,
    x: x.map((value, i) => value + Math.sin(n * 7 + i * 3)),
  }));

async function statusOf(work: Promise<unknown>): Promise<number> {
  try {
    await work;
    return 200;
  } catch (error) {
    if (error instanceof ServerFault) return error.status;
    throw error;
  }
}

/** Milliseconds of predictions one after another until `work` ends. */
async function predictionsDuring(work: Promise<unknown>, client: Client, task: string): Promise<number[]> {
  let ended = false;
  const end = work.finally(() => {
    ended = true;
  });
  const times: number[] = [];
  while (!ended) {
    const began = performance.now();
    await client.predict(task, [{ x: vectors(1)[0].x }]);
    times.push(performance.now() - began);
  }
  await end;
  return times.sort((a, b) => a - b);
}

it(`serves predictions of another task while ${MANY} examples are taught`, async () => {
  const server = await serving(join(folder, "tasks.db"));
  try {
    const client = createClient(server.url);
    const { task } = await client.teach({ examples: vectors(25) });
    await client.predict(task.id, [{ x: vectors(1)[0].x }]);
    const began = performance.now();
    const times = await predictionsDuring(client.teach({ examples: many(MANY) }), client, task.id);
    const seconds = ((performance.now() - began) / 1000).toFixed(1);
    const [p50, p99, most] = [0.5, 0.99, 1].map((share) => times[Math.ceil(share * times.length) - 1]);
    process.stdout.write(
      `${times.length} predictions during a fit of ${seconds} s: p50 ${p50.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms, longest ${most.toFixed(0)} ms\n`,
    );
    expect(times.length).toBeGreaterThan(100);
    expect(p99).toBeLessThan(250);
  } finally {
    await server.close();
  }
});

it("ends teaching, adding, removing and importing that take too long, and changes nothing", async () => {
  const data = join(folder, "slow.db");
  const first = await serving(data);
  const { task } = await createClient(first.url).teach({ examples: many(600) });
  const file = await createClient(first.url).export(task.id);
  await first.close();
  const server = await serving(data, { limits: { maxSeconds: 0.4 } });
  try {
    const client = createClient(server.url);
    const { examples } = await client.examples(task.id, { limit: 1 });
    const one = [{ label: "c0", x: vectors(1)[0].x }];
    await client.predict(
      task.id,
      one.map(({ x }) => ({ x })),
    );
    const statuses = [
      await statusOf(client.teach({ examples: many(600) })),
      await statusOf(client.add(task.id, one)),
      await statusOf(client.remove(task.id, examples[0].id)),
      await statusOf(client.import(file)),
    ];
    expect(statuses).toEqual([408, 408, 408, 408]);
    expect(await client.task(task.id)).toEqual(task);
    expect((await client.tasks()).tasks).toHaveLength(1);
    const small = await client.teach({ examples: vectors(10) });
    expect(small.task.examples).toBe(10);
  } finally {
    await server.close();
  }
});
