/** Threads of a page: several if it is isolated, one otherwise, with equal results. */

import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createDataset, metaTrain } from "../../src/index.js";
import { browserPath, emptyPage, openPage, startBrowser } from "./support/browser.js";
import { drawings, emoji } from "./support/fixtures.js";
import { type PageServer, startServer } from "./support/server.js";

const strokes = drawings(8, 6).map(({ label, strokes }) => ({ label, strokes }));
const { support, queries } = emoji();

const files: Record<string, string | Uint8Array> = { "/": emptyPage };
/** Servers of pages that are not isolated, and that are. */
let servers: PageServer[];
let browser: Browser;

describe.skipIf(!browserPath)("a page", () => {
  beforeAll(async () => {
    const folder = mkdtempSync(join(tmpdir(), "metamodal-threads-"));
    for (const learner of ["prototypical", "maml"] as const) {
      const data = createDataset({ name: "drawings", examples: strokes });
      const training = { data, learner, episode: { way: 3 }, train: { steps: 1, metaBatch: 1 } };
      const path = join(folder, learner);
      await (await metaTrain(training).model()).save(path);
      for (const file of readdirSync(path)) files[`/${learner}/${file}`] = readFileSync(join(path, file));
    }
    rmSync(folder, { recursive: true });
    servers = [await startServer({ files }), await startServer({ files, isolated: true })];
    browser = await startBrowser();
  });
  afterAll(async () => {
    await browser?.close();
    for (const server of servers ?? []) await server.close();
  });

  it("has several threads if it is isolated, and one otherwise", async () => {
    for (const [i, { origin }] of servers.entries()) {
      const page = await openPage(browser, origin);
      const { isIsolated, threads, processors } = await page.evaluate(async () => ({
        ...(await metamodal.pageStatus()),
        processors: navigator.hardwareConcurrency,
      }));
      expect({ isIsolated, threads }).toEqual({
        isIsolated: i === 1,
        threads: i === 1 ? Math.min(4, processors) : 1,
      });
      await page.close();
    }
  });

  it("teaches and predicts with equal results on one thread and on several", async () => {
    const results = [];
    for (const { origin } of servers) {
      const page = await openPage(browser, origin);
      results.push(
        await page.evaluate(
          async ({ support, queries }) => {
            const image = (data: string) => new Blob([Uint8Array.from(atob(data), (c) => c.charCodeAt(0))]);
            const examples = support.map(({ label, data }) => ({ label, image: image(data) }));
            const task = await metamodal.teach(examples);
            return task.predictAll(queries.map(({ data }) => ({ image: image(data) })));
          },
          { support, queries },
        ),
      );
      await page.close();
    }
    expect(results[1]).toEqual(results[0]);
  });

  it.each([
    ["missing", { missing: /-thread\.js$/ }],
    [
      "another file",
      { files: { "/dist/web/program-thread.js": "<p>", "/dist/web/network-thread.js": "<p>" } },
    ],
  ])("computes on one thread, and says so once, if the script of threads is %s", async (_, options) => {
    const server = await startServer({ ...options, files: { ...files, ...options.files }, isolated: true });
    const page = await openPage(browser, server.origin);
    const notices: string[] = [];
    page.on("console", (message) => {
      if (message.type() === "warning") notices.push(message.text());
    });
    const { before, taught, label, after } = await page.evaluate(
      async (strokes) => {
        const before = (await metamodal.pageStatus()).threads;
        const { classes } = await metamodal.teach(strokes);
        const model = await metamodal.loadModel("maml/");
        const { label } = await (await model.adapt(strokes)).predict(strokes[0]);
        return { before, label, taught: classes.length, after: (await metamodal.pageStatus()).threads };
      },
      strokes.filter((_, i) => i % 6 < 2),
    );
    expect({ isThreaded: before > 1, taught, after }).toEqual({ isThreaded: true, taught: 8, after: 1 });
    expect(label).toBeDefined();
    expect(notices).toEqual([expect.stringMatching(/^metamodal computes on one thread/)]);
    await page.close();
    await server.close();
  });

  it.each([
    "prototypical",
    "maml",
  ])("adapts a model that learns by %s with equal results", async (learner) => {
    const results = [];
    for (const { origin } of servers) {
      const page = await openPage(browser, origin);
      results.push(
        await page.evaluate(
          async ({ learner, strokes }) => {
            const model = await metamodal.loadModel(`${learner}/`);
            const task = await model.adapt(strokes.filter((_, i) => i % 6 === 0));
            // Twice at the same time: programs wait for threads.
            const [first, second] = await Promise.all([task.predictAll(strokes), task.predictAll(strokes)]);
            return { first, isSame: JSON.stringify(first) === JSON.stringify(second) };
          },
          { learner, strokes },
        ),
      );
      await page.close();
    }
    expect(results[0].isSame).toBe(true);
    expect(results[1]).toEqual(results[0]);
  });
});
