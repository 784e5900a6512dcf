/** Many requests at a time: none is lost, and every change that was confirmed is there. */

import { join } from "node:path";
import { expect, it } from "vitest";
import { createClient, ServerFault } from "../src/serve/client.js";
import { serving, temporaryFolder, texts, vectors } from "./support/serve.js";

const folder = temporaryFolder();
const COUNT = 2000;

it(`${COUNT} mixed requests at a time are all served`, async () => {
  // Of a machine that others use as well, the time is no measure.
  const server = await serving(join(folder, "tasks.db"), { limits: { maxSeconds: 600 } });
  const client = createClient(server.url);
  /** Repeat a request while the server is busy, as Retry-After asks for. */
  const patiently = async <T>(request: () => Promise<T>): Promise<T> => {
    for (;;) {
      try {
        return await request();
      } catch (error) {
        if (!(error instanceof ServerFault) || error.status !== 429) throw error;
        await new Promise((done) => setTimeout(done, 1000 * Math.random()));
      }
    }
  };
  try {
    const [{ task: colours }, { task: points }] = await Promise.all([
      client.teach({ examples: texts }),
      client.teach({ examples: vectors(25) }),
    ]);
    const queries = vectors(COUNT);
    const kinds: ((i: number) => Promise<string | number | undefined>)[] = [
      (i: number) => client.predict(points.id, [{ x: queries[i].x }]).then(([each]) => each.label),
      (i: number) => client.predict(colours.id, [{ text: `a ruby ${i % 7}` }]).then(([each]) => each.label),
      (i: number) => client.task(i % 2 ? points.id : colours.id).then(({ examples }) => examples),
      () => client.tasks({ limit: 2 }).then(({ tasks }) => tasks.length),
    ];
    const added: string[] = [];
    const times: number[] = [];
    const results = await Promise.all(
      Array.from({ length: COUNT }, async (_, i) => {
        const began = performance.now();
        const work = (): Promise<string | number | undefined> => {
          if (i % 40 !== 0) return kinds[i % 4](i);
          return client
            .add(points.id, [{ ...queries[i], id: `added-${i}` }])
            .then((change) => change.added[0]);
        };
        const result = await patiently(work);
        if (i % 40 === 0) added.push(`added-${i}`);
        times.push(performance.now() - began);
        return result;
      }),
    );
    expect(results.filter((result) => result === undefined)).toEqual([]);
    for (let i = 1; i < COUNT; i += 4) expect(results[i], `request ${i}`).toBe("red");
    for (let i = 4; i < COUNT; i += 4) if (i % 40 !== 0) expect(results[i]).toBe(queries[i].label);
    const { examples } = await client.examples(points.id, { limit: 1000 });
    expect(added.filter((id) => !examples.some((example) => example.id === id))).toEqual([]);
    times.sort((a, b) => a - b);
    const [p50, p99] = [0.5, 0.99].map((share) => Math.round(times[Math.floor(share * COUNT)]));
    process.stdout.write(`${COUNT} mixed requests at once: p50 ${p50} ms, p99 ${p99} ms\n`);
  } finally {
    await server.close();
  }
});
