/** A database that changes on the disk: an error with a code, never another prediction. */

import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { random } from "../src/base/random.js";
import { createClient, type ServedPrediction, ServerFault } from "../src/serve/client.js";
import { serving, temporaryFolder, vectors } from "./support/serve.js";

const folder = temporaryFolder();
const COUNT = 40;

it(`${COUNT} flipped bits and truncations are errors, or change nothing`, async () => {
  const data = join(folder, "tasks.db");
  const query = [{ x: vectors(1)[0].x }];
  const first = await serving(data);
  const client = createClient(first.url);
  const { task } = await client.teach({ examples: vectors(25) });
  const [before] = await client.predict(task.id, query);
  await first.close();
  const whole = readFileSync(data);
  expect(whole.length).toBeGreaterThan(10_000);
  const drawn = random(3, "damage");
  const codes = new Set<string>();
  for (let i = 0; i < COUNT; i++) {
    const bytes = Buffer.from(whole);
    const at = Math.floor(drawn.uniform() * bytes.length);
    bytes[at] ^= 1 << Math.floor(drawn.uniform() * 8);
    const path = join(folder, `damaged-${i}.db`);
    writeFileSync(path, i % 4 === 3 ? bytes.subarray(0, at) : bytes);
    const outcome = await predictionOf(path, task.id, query);
    if (typeof outcome === "string") codes.add(outcome);
    else expect(outcome, `byte ${at}`).toEqual(before);
    rmSync(path, { force: true });
  }
  expect([...codes].filter((code) => !/^(serve|task|safetensors|data)\//.test(code))).toEqual([]);
  expect(codes.size).toBeGreaterThan(0);
});

/** What a server with a database predicts, or the code of its error. */
async function predictionOf(
  path: string,
  id: string,
  query: { x: number[] }[],
): Promise<ServedPrediction | string> {
  try {
    const server = await serving(path);
    try {
      return (await createClient(server.url).predict(id, query))[0];
    } finally {
      await server.close();
    }
  } catch (error) {
    if (error instanceof ServerFault) return error.code;
    return (error as { code?: string }).code ?? String(error);
  }
}
