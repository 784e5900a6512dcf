/**
 * `npm run bench:web`: the executor in a page of Chromium against onnxruntime-web and TensorFlow.js's WebAssembly backend,
 * interleaved, on one thread and, in an isolated page, on two; and tasks by the library's functions. Prints the tables of
 * docs/performance.md.
 */

import { chromium } from "playwright-core";
import { browserOptions } from "../../../test/web/support/launch.js";
import { startServer } from "../../../test/web/support/server.js";
import { median } from "../timing.js";
import { ratio } from "../wasm/contender.js";
import { benchmarkFiles, drawings, sides } from "./files.js";
import type { NetworkTimes, TaskTimes } from "./page/times.js";

const ROUNDS = 11;

/** What the page has as global functions. */
interface Page {
  networks(threads: number, rounds: number): Promise<NetworkTimes[]>;
  tasks(...args: unknown[]): Promise<{ times: TaskTimes[]; longest: number }>;
}

const ms = (values: readonly number[]) => `${median(values).toFixed(1)} ms`;
const print = (rows: readonly (readonly string[])[]) =>
  process.stdout.write(`${rows.map((cells) => `| ${cells.join(" | ")} |`).join("\n")}\n\n`);

/** The rows of networks: the executor's time, and of the others the ratio to it. */
const networkRows = (networks: readonly NetworkTimes[]) =>
  networks.map(({ name, times: { own, ...others } }) => [
    name,
    ms(own),
    ...Object.values(others).map((other) => `${ratio(own, other).toFixed(2)} (${ms(other)})`),
  ]);

const browser = await chromium.launch(browserOptions);
const files = await benchmarkFiles();
try {
  for (const isolated of [false, true]) {
    const server = await startServer({ files, isolated });
    const page = await browser.newPage();
    page.on("pageerror", (error) => process.stderr.write(`${error.stack}\n`));
    await page.goto(server.origin);
    const threads = isolated ? 2 : 1;
    const networks = await page.evaluate(
      ([threads, rounds]) => (globalThis as unknown as Page).networks(threads, rounds),
      [threads, ROUNDS],
    );
    const title = isolated ? "an isolated page, 2 threads" : "a page, 1 thread";
    print([
      [title, "own", "onnxruntime-web", "TensorFlow.js wasm"],
      ["---", "---:", "---:", "---:"],
      ...networkRows(networks),
    ]);
    const { times, longest } = await page.evaluate(
      ([rounds, sides, drawings]) => (globalThis as unknown as Page).tasks(rounds, sides, drawings),
      [ROUNDS, sides, drawings] as const,
    );
    print([
      [title, "median"],
      ["---", "---:"],
      ...times.map(({ name, milliseconds }) => [name, ms(milliseconds)]),
      ["longest task of the main thread, if over 50 ms", `${longest.toFixed(0)} ms`],
    ]);
    await page.close();
    await server.close();
  }
} finally {
  await browser.close();
}
process.exit(0);
