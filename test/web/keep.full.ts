/** Tasks are kept in the browser and as files that Node reads, and pages work without a connection after the first load. */

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { loadTaughtTask, teach } from "../../src/index.js";
import { ownCache } from "../support/frozen.js";
import { browserPath, emptyPage, openPage, startBrowser } from "./support/browser.js";
import { drawings } from "./support/fixtures.js";
import { type PageServer, startServer } from "./support/server.js";

ownCache();
const support = drawings(3, 1).map(({ label, strokes }) => ({ label, strokes }));
const query = { strokes: drawings(2, 2)[3].strokes };

let server: PageServer;
let browser: Browser;
let folder: string;

describe.skipIf(!browserPath)("a task in a page", () => {
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "metamodal-web-"));
    const task = await teach(support);
    await task.save(join(folder, "node.task"));
    const files = { "/": emptyPage, "/node.task": readFileSync(join(folder, "node.task")) };
    server = await startServer({ files });
    browser = await startBrowser();
  });
  afterAll(async () => {
    await browser?.close();
    await server?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it("is saved under a name, and loaded when the page is opened again", async () => {
    const page = await openPage(browser, server.origin);
    const before = await page.evaluate(
      async ({ support, query }) => {
        const task = await metamodal.teach(support);
        await task.save("drawings");
        return task.predict(query);
      },
      { support, query },
    );
    await page.reload();
    await page.waitForFunction(() => "metamodal" in globalThis);
    const after = await page.evaluate(
      async (query) => (await metamodal.loadTask("drawings")).predict(query),
      query,
    );
    expect(after).toEqual(before);
    const missing = page.evaluate(() => metamodal.loadTask("other"));
    await expect(missing).rejects.toThrow('this page has no task "other"; expected one of drawings');
    await page.close();
  });

  it("is not loaded from a URL whose transfer is ended", async () => {
    const page = await openPage(browser, server.origin);
    await page.route("**/slow.task", () => {}); // It is never answered.
    const name = await page.evaluate(async () => {
      const controller = new AbortController();
      const url = new URL("slow.task", location.href);
      const loading = metamodal.loadTask(url, { signal: controller.signal });
      setTimeout(() => controller.abort(), 100);
      return loading.then(String, (error: Error) => error.name);
    });
    expect(name).toBe("AbortError");
    await page.close();
  });

  it("is a file that Node reads, and reads Node's", async () => {
    const page = await openPage(browser, server.origin);
    const { bytes, ownPrediction } = await page.evaluate(
      async ({ support, query }) => {
        const task = await metamodal.teach(support);
        const blob = await task.toBlob();
        const [fromNode, again] = [
          await metamodal.loadTask(new URL("node.task", location.href)),
          await metamodal.loadTask(blob),
        ];
        const predictions = await Promise.all([task, fromNode, again].map((each) => each.predict(query)));
        const bytes = [...new Uint8Array(await blob.arrayBuffer())];
        return { bytes, ownPrediction: predictions };
      },
      { support, query },
    );
    writeFileSync(join(folder, "page.task"), Uint8Array.from(bytes));
    const inNode = await (await loadTaughtTask(join(folder, "page.task"))).predict(query);
    for (const { label, probabilities } of ownPrediction) {
      expect(label).toBe(inNode.label);
      for (const [name, p] of Object.entries(inNode.probabilities ?? {}))
        expect(Math.abs((probabilities?.[name] ?? 0) - p)).toBeLessThan(1e-4);
    }
    await page.close();
  });

  it("is in use without a connection, once its encoders have been fetched", async () => {
    const context = await browser.newContext();
    const page = await context.newPage();
    await page.goto(`${server.origin}/examples/page/index.html`);
    await page.waitForFunction(() => navigator.serviceWorker.controller);
    const draw = async (points: readonly (readonly [number, number])[], label?: string) => {
      const box = (await page.locator("#pad").boundingBox())!;
      await page.mouse.move(box.x + points[0][0], box.y + points[0][1]);
      await page.mouse.down();
      for (const [x, y] of points) await page.mouse.move(box.x + x, box.y + y, { steps: 4 });
      await page.mouse.up();
      if (label === undefined) return;
      await page.fill("#label", label);
      await page.click("#teach");
      await page.waitForFunction(
        (name) => document.querySelector("#examples")?.textContent?.includes(name),
        label,
      );
    };
    await draw([[60, 200], [340, 200]], "line"); // biome-ignore format: points
    await draw([[60, 60], [60, 300], [340, 300]], "corner"); // biome-ignore format: points
    await context.setOffline(true);
    await page.reload();
    await page.waitForFunction(() => document.querySelector("#examples")?.children.length === 2);
    await draw([[70, 190], [330, 205]]); // biome-ignore format: points
    await page.waitForFunction(() => document.querySelector("#result")?.textContent?.includes("line"));
    const shown = await page.locator("#result").innerText();
    expect(Number(/line (\d+) %/.exec(shown)?.[1])).toBeGreaterThan(50);
    if (process.env.METAMODAL_SCREENSHOT) await page.screenshot({ path: process.env.METAMODAL_SCREENSHOT });
    await context.close();
  });
});
