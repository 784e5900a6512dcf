/** Threads of engines: idle ones end, at most two engines without a job keep theirs, and a closed engine runs again. */

import { readdirSync } from "node:fs";
import { setTimeout as wait } from "node:timers/promises";
import { expect, it } from "vitest";
import { float32 } from "../../base/array.js";
import type { Tensor } from "../trace/jax.js";
import { engineFor } from "./engine.js";

const threads = () => readdirSync("/proc/self/task").length;
const isLinux = process.platform === "linux";

/** Run a program on a thread of the engine's pool: several at once, so that all threads start. */
async function use(count: number): Promise<void> {
  const engine = engineFor({ threads: count });
  const x = float32([1, 2, 3], [3]);
  const program = engine.program("square", () => engine.compile((a: Tensor) => a.mul(a), [x]));
  const results = await Promise.all(Array.from({ length: 2 * count }, () => program.run([x], { lane: {} })));
  for (const { data } of results as { data: Float32Array }[]) expect([...data]).toEqual([1, 4, 9]);
}

it.runIf(isLinux)(
  "engines of many numbers of threads keep the threads of two",
  { timeout: 60_000 },
  async () => {
    await use(1);
    const before = threads();
    for (let count = 2; count <= 8; count++) await use(count);
    await wait(500);
    // The last two have 7 and 8 threads of 35 that were started.
    expect(threads() - before).toBeLessThan(22);
    for (let count = 1; count <= 8; count++) engineFor({ threads: count }).close();
    await wait(500);
    expect(threads()).toBeLessThanOrEqual(before);
    await use(3);
    engineFor({ threads: 3 }).close();
  },
);

it("closing while jobs run lets them end", { timeout: 60_000 }, async () => {
  const running = use(2);
  engineFor({ threads: 2 }).close();
  await running;
  await use(2);
});
