/**
 * What a first visit costs with a phone's connection (`npm run bench:visit` limits the processor, too); that the main thread
 * stays free; and that memory stays flat.
 */

import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { browserPath, emptyPage, openPage, startBrowser } from "./support/browser.js";
import { phone } from "./support/connection.js";
import { allFiles, drawingFiles, newVisitor, visit, visitedPage } from "./support/first-visit.js";
import { drawings, emoji } from "./support/fixtures.js";
import { memoryOfPredictions } from "./support/memory.js";
import { type PageServer, startServer } from "./support/server.js";

const support = drawings(5, 1).map(({ label, strokes }) => ({ label, strokes }));
const query = { strokes: drawings(2, 2)[3].strokes };

let server: PageServer;
let browser: Browser;

/** Milliseconds of processor time of all pages and their workers. */
async function processorTime(): Promise<number> {
  const session = await browser.newBrowserCDPSession();
  const { processInfo } = await session.send("SystemInfo.getProcessInfo");
  await session.detach();
  return (
    1000 *
    processInfo.filter(({ type }) => type === "renderer").reduce((sum, { cpuTime }) => sum + cpuTime, 0)
  );
}

describe.skipIf(!browserPath)("a first visit", () => {
  beforeAll(async () => {
    const pages = {
      "/unlinked": visitedPage(support, query, drawingFiles, { isLinked: false }),
      "/damaged/strokes.onnx": "another file",
      "/strokes": visitedPage(support, query, drawingFiles),
      "/all": visitedPage(support, query, allFiles),
    };
    server = await startServer({ files: { "/": emptyPage, ...pages }, connection: phone });
    browser = await startBrowser();
    // Files are packed at their first visit.
    const page = await newVisitor(browser);
    await visit(page, `${server.origin}/all`);
    await page.context().close();
  });
  afterAll(async () => {
    await browser?.close();
    await server?.close();
  });

  it.each([
    ["strokes", 1.5e6, 6000],
    ["all", 1.5e6 + 6e6, 12_000],
  ])("of a page with the encoders %s has its first prediction in time", async (path, mostBytes, mostTime) => {
    const page = await newVisitor(browser);
    const [sentBefore, workBefore] = [server.sent, await processorTime()];
    const { milliseconds, label } = await visit(page, `${server.origin}/${path}`);
    const [bytes, work] = [server.sent - sentBefore, (await processorTime()) - workBefore];
    console.log(
      `${path}: ${(bytes / 1e6).toFixed(2)} MB, ${Math.round(work)} ms of processor time, ` +
        `first prediction after ${Math.round(milliseconds)} ms`,
    );
    expect(label).toBe(support[1].label);
    expect(bytes).toBeLessThan(mostBytes);
    expect(milliseconds).toBeLessThan(mostTime);
    await page.context().close();
  });

  it("fetches a file that is preloaded once, and of later visits none", async () => {
    const page = await newVisitor(browser);
    const fetched = async () => {
      const before = server.requests.length;
      await visit(page, `${server.origin}/unlinked`);
      await page.waitForTimeout(200);
      return server.requests.slice(before).filter((path) => path.startsWith("/encoders/"));
    };
    expect((await fetched()).sort()).toEqual(drawingFiles.map((file) => `/encoders/${file}`));
    expect(await fetched()).toEqual([]);
    await page.context().close();
  });

  it("predicts without later files at once, as a page without them, and with them as a page of all", async () => {
    const later = allFiles.filter((file) => file !== "strokes.onnx");
    const predicted = async (options: object, isStaged = false) => {
      const page = await openPage(browser, server.origin);
      const found = await page.evaluate(
        async ({ options, support, query, isStaged }) => {
          metamodal.configure(options);
          const task = await metamodal.teach(support);
          const first = await task.predict(query);
          const experts = Object.keys(task.experts);
          if (!isStaged) return [{ prediction: first, experts }];
          // Asked for while the files are on their way: it is the prediction of one stage or of the other.
          const [between] = await Promise.all([task.predict(query), task.complete()]);
          const known = task.examples.map(({ id }) => id);
          await task.add([{ ...query, label: support[0].label }]);
          await task.remove({ ids: task.examples.map(({ id }) => id).filter((id) => !known.includes(id)) });
          const whole = { prediction: await task.predict(query), experts: Object.keys(task.experts) };
          return [{ prediction: first, experts }, whole, { prediction: between, experts: [] }];
        },
        { options, support, query, isStaged },
      );
      await page.close();
      return found;
    };
    const [alone] = await predicted({ without: later });
    const [all] = await predicted({});
    const [first, whole, between] = await predicted({ later }, true);
    expect(first).toEqual(alone);
    expect(whole).toEqual(all);
    expect([alone.prediction, all.prediction]).toContainEqual(between.prediction);
    expect(all.experts).not.toEqual(alone.experts);
  });

  it("reports a preloaded file that is not there, or is another", async () => {
    const page = await openPage(browser, server.origin);
    const codes = await page.evaluate(async (support) => {
      metamodal.configure({ encoders: "/damaged/", without: ["image.onnx"], preload: ["strokes.onnx"] });
      const taught = () =>
        metamodal.teach(support).then(
          () => "taught",
          (error) => error.code,
        );
      return [await taught(), await taught()];
    }, support);
    expect(codes).toEqual(["builtin/damaged", "builtin/damaged"]);
    await page.close();
  });

  it("leaves no task of more than 50 ms to the main thread", async () => {
    const page = await openPage(browser, server.origin);
    const { support: pictures, queries } = emoji();
    // Of three attempts: on a machine with other work, any task may be long by the clock.
    const attempts = await page.evaluate(
      async ({ pictures, query }) => {
        const found: PerformanceEntry[] = [];
        new PerformanceObserver((list) => found.push(...list.getEntries())).observe({ type: "longtask" });
        const bytes = (text: string) => Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
        const files = pictures.map(({ label, data }) => ({ label, image: new Blob([bytes(data)]) }));
        const queried = { image: new Blob([bytes(query)]) };
        const pause = () => new Promise((resolve) => setTimeout(resolve, 200));
        const long: number[][] = [];
        for (let attempt = 0; attempt < 3; attempt++) {
          await pause();
          const start = performance.now();
          const task = await metamodal.teach(files);
          await task.predict(queried);
          await pause();
          long.push(found.filter(({ startTime }) => startTime >= start).map(({ duration }) => duration));
        }
        return long;
      },
      { pictures: pictures.filter((_, i) => i % 5 < 2), query: queries[0].data },
    );
    expect(attempts).toContainEqual([]);
    await page.close();
  });

  it("uses no more memory after many predictions than after a few", async () => {
    const { before, after } = await memoryOfPredictions(browser, 400);
    expect(after).toBeLessThan(before + 2 * 2 ** 20);
  });
});
