/**
 * `npm run bench:visit`: the first visit to a page of drawings on a phone with 9 Mbit/s and 170 ms, to its first prediction.
 * All processes of the browser together are limited to one core, half a core and a quarter of a core by a control group of
 * Linux (version 1), in turns. Prints the table of docs/web.md. Needs the right to make control groups.
 */

import { mkdirSync, rmdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { chromium } from "playwright-core";
import { phone } from "../../../test/web/support/connection.js";
import {
  allFiles,
  drawingFiles,
  newVisitor,
  visit,
  visitedPage,
} from "../../../test/web/support/first-visit.js";
import { browserOptions, browserPath } from "../../../test/web/support/launch.js";
import { startServer } from "../../../test/web/support/server.js";
import { median } from "../timing.js";
import { drawings } from "./files.js";

const ROUNDS = 3;
/** Cores of all processes together. */
const LIMITS = [1, 0.5, 0.25];
/** Microseconds in which they may use that share: shorter than what is measured, so that none is saved up. */
const PERIOD = 10_000;
const group = `/sys/fs/cgroup/cpu/metamodal-${process.pid}`;

const support = drawings.filter((_, i) => i % 5 === 0);
const [, query] = drawings;
const others = allFiles.filter((file) => !drawingFiles.includes(file));
const pages: Readonly<Record<string, string>> = {
  "/blank": `<!doctype html><link rel="icon" href="data:,"><script type="module">
const now = performance.now();
globalThis.first = Promise.resolve({ milliseconds: now, label: "", complete: now });</script>`,
  "/strokes": visitedPage(support, query, drawingFiles),
  "/all": visitedPage(support, query, allFiles),
  "/stages": visitedPage(support, query, drawingFiles, { later: others }),
};

const limitTo = (cores: number | undefined) =>
  writeFileSync(join(group, "cpu.cfs_quota_us"), `${cores === undefined ? -1 : PERIOD * cores}`);

mkdirSync(group);
writeFileSync(join(group, "cpu.cfs_period_us"), `${PERIOD}`);
// Children start in the group of this process.
writeFileSync(join(group, "cgroup.procs"), `${process.pid}`);
const browser = await chromium.launch({ ...browserOptions, executablePath: browserPath });
writeFileSync("/sys/fs/cgroup/cpu/cgroup.procs", `${process.pid}`);
const server = await startServer({ files: pages, connection: phone });
const times = new Map<string, number[]>();
const bytes = new Map<string, number>();
for (let round = 0; round <= ROUNDS; round++)
  for (const path of Object.keys(pages))
    for (const cores of LIMITS) {
      const page = await newVisitor(browser);
      const before = server.sent;
      limitTo(cores);
      const { milliseconds, complete } = await visit(page, new URL(path, server.origin).href);
      limitTo(undefined);
      bytes.set(path, server.sent - before);
      // The first round packs the files.
      const measured = { [path]: milliseconds, [`${path}, complete`]: complete };
      for (const [name, time] of round > 0 ? Object.entries(measured) : [])
        times.set(`${name} ${cores}`, [...(times.get(`${name} ${cores}`) ?? []), time]);
      await page.context().close();
    }
await browser.close();
await server.close();
rmdirSync(group);

const row = (cells: readonly string[]) => process.stdout.write(`| ${cells.join(" | ")} |\n`);
row(["first visit to first prediction", "MB", ...LIMITS.map((cores) => `${cores} core`)]);
row(["---", ...["MB", ...LIMITS].map(() => "---:")]);
for (const path of [...Object.keys(pages), "/stages, complete"])
  row([
    path.slice(1),
    bytes.has(path) ? (bytes.get(path)! / 1e6).toFixed(2) : "",
    ...LIMITS.map((cores) => `${(median(times.get(`${path} ${cores}`)!) / 1000).toFixed(2)} s`),
  ]);
process.exit(0);
