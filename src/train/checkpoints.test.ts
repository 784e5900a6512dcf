/** Which checkpoints are kept, and which one training resumes. */

import { mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { tinyDataset } from "../../test/support/drawings.js";
import { random } from "../base/random.js";
import { type MetaTrainOptions, metaTrain, type TrainEvent } from "./index.js";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "metamodal-checkpoints-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const optionsOf = (rest: Partial<MetaTrainOptions> = {}): MetaTrainOptions => ({
  data: tinyDataset(),
  width: 4,
  episode: { way: 3, shot: 1, query: 2 },
  train: { steps: 6, metaBatch: 1, evalEvery: 1, evalEpisodes: 2 },
  runFolder: join(folder, "run"),
  ...{ seed: 3, threads: 1 },
  ...rest,
});

/** Train; returns the events and the hash of the model. */
async function trained(rest: Partial<MetaTrainOptions> = {}) {
  const run = metaTrain(optionsOf(rest));
  const events: TrainEvent[] = [];
  for await (const event of run) events.push(event);
  return { events, hash: (await run.model()).hash };
}

const steps = () =>
  readdirSync(join(folder, "run"))
    .map((name) => Number(/\.step-(\d+)\./.exec(name)?.[1]))
    .sort((a, b) => a - b);
const pathOf = (step: number) =>
  join(folder, "run", readdirSync(join(folder, "run")).find((name) => name.includes(`.step-${step}.`))!);

it("the last three are kept, and that of the best weights", async () => {
  const { events } = await trained();
  const best = events.flatMap((event) => (event.type === "eval" && event.best ? [event.step] : [])).at(-1)!;
  expect(steps()).toEqual([...new Set([best, 4, 5, 6])].sort((a, b) => a - b));
});

it("a damaged one is passed over for the one before, and the warning names both", async () => {
  const { hash } = await trained();
  const moments = random(5, "damage");
  const last = pathOf(6);
  const bytes = readFileSync(last);
  for (let i = 0; i < 20; i++) {
    const at = Math.floor(moments.uniform() * bytes.length);
    if (i % 2 === 0) truncateSync(last, at);
    else {
      const changed = Uint8Array.from(bytes);
      changed[at] ^= 1 << (i % 8);
      writeFileSync(last, changed);
    }
    const { events, hash: again } = await trained({ resume: true });
    expect(again).toBe(hash);
    const [warning] = events.filter((event) => event.type === "warning");
    expect(warning?.text, `damage ${i} at ${at}`).toContain(
      `${last} cannot be used, and an earlier checkpoint is`,
    );
    const start = events.find((event) => event.type === "start");
    expect(start).toMatchObject({ step: 5, checkpoint: pathOf(5) });
  }
});

it("if all are damaged, the error is that of the newest", async () => {
  await trained();
  const newest = pathOf(6);
  for (const step of steps()) truncateSync(pathOf(step), 100);
  await expect(trained({ resume: true })).rejects.toThrow(newest);
});

it("the one file of earlier versions is resumed", async () => {
  const { hash } = await trained({ train: { ...optionsOf().train, steps: 6 } });
  const bytes = readFileSync(pathOf(4));
  const name = pathOf(4).replace(".step-4", "");
  for (const step of steps()) rmSync(pathOf(step));
  writeFileSync(name, bytes);
  const { events, hash: again } = await trained({ resume: true });
  expect(events.find((event) => event.type === "start")).toMatchObject({ step: 4, checkpoint: name });
  expect(again).toBe(hash);
});
