/** The worker of a page ends, or cannot be loaded: tasks of another worker are safe from what the page holds of it. */

import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { browserPath, emptyPage, openPage, startBrowser } from "./support/browser.js";
import { type PageServer, startServer } from "./support/server.js";

/** What a test keeps on the window of its page. */
interface Kept {
  task?: InstanceType<typeof metamodal.PageTask>;
  ref?: WeakRef<object>;
  rejections: string[];
}
declare global {
  var kept: Kept;
}

const examples = (first: string, second: string) => [
  { label: first, vector: [1, 0] },
  { label: second, vector: [0, 1] },
];

let server: PageServer;
let browser: Browser;
let page: Page;

/** End the worker by an error that nothing catches, after `milliseconds` of work. */
async function endWorker(milliseconds = 0): Promise<void> {
  const [worker] = page.workers();
  const closed = new Promise((resolve) => worker.once("close", resolve));
  await worker.evaluate((milliseconds) => {
    setTimeout(() => {
      const end = performance.now() + milliseconds;
      while (performance.now() < end);
      throw new Error("the end");
    });
  }, milliseconds);
  if (milliseconds === 0) await closed;
}

/** Teach a task and keep it; resolves with the label that it predicts. */
const taught = (first: string, second: string) =>
  page.evaluate(
    async (examples) => {
      kept.task = await metamodal.teach(examples);
      kept.ref = new WeakRef(kept.task);
      return (await kept.task.predict({ vector: [0.9, 0.1] })).label;
    },
    examples(first, second),
  );

/** Collect the kept task, which the page no longer refers to, and wait for what follows. */
async function collect(): Promise<void> {
  for (let attempt = 0; attempt < 50; attempt++) {
    await page.requestGC();
    if (await page.evaluate(() => kept.ref?.deref() === undefined)) break;
  }
  expect(await page.evaluate(() => kept.ref?.deref() === undefined)).toBe(true);
  await page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 200)));
}

describe.skipIf(!browserPath)("the worker of a page", () => {
  beforeAll(async () => {
    server = await startServer({ files: { "/": emptyPage } });
    browser = await startBrowser();
  });
  afterAll(async () => {
    await browser?.close();
    await server?.close();
  });

  /** A page that counts the rejections that nothing handles. */
  async function open(): Promise<void> {
    page = await openPage(browser, server.origin);
    await page.evaluate(() => {
      globalThis.kept = { rejections: [] };
      addEventListener("unhandledrejection", ({ reason }) => kept.rejections.push(String(reason)));
    });
  }
  const rejections = () => page.evaluate(() => kept.rejections);

  it("has ended: its tasks are refused, and those of the next are not taken for them", async () => {
    await open();
    expect(await taught("a", "b")).toBe("a");
    await endWorker();
    const found = await page.evaluate(
      async (examples) => {
        const old = kept.task!;
        const next = await metamodal.teach(examples);
        const attempts = [
          () => old.predict({ vector: [1, 0] }),
          () => old.add(examples),
          () => old.remove({ classes: ["c"] }),
          () => old.save("old"),
          () => old.toBlob(),
        ];
        const codes = await Promise.all(
          attempts.map((attempt) => attempt().then(String, (error: { code?: string }) => error.code)),
        );
        kept.task = next;
        return { codes, classes: next.classes, label: (await next.predict({ vector: [0.9, 0.1] })).label };
      },
      examples("c", "d"),
    );
    expect(found).toEqual({ codes: Array(5).fill("web/released"), classes: ["c", "d"], label: "c" });
    // The old task is collected: its number is that of the next one, which stays.
    await collect();
    expect(await page.evaluate(async () => (await kept.task!.predict({ vector: [0, 1] })).label)).toBe("d");
    expect(await rejections()).toEqual([]);
    await page.close();
  });

  it("has ended: none is started to release its tasks", async () => {
    await open();
    await taught("a", "b");
    await endWorker();
    await page.evaluate(() => {
      kept.task = undefined;
    });
    await collect();
    expect(page.workers()).toEqual([]);
    await page.close();
  });

  it("ends while it is asked to release a task: no rejection is left unhandled", async () => {
    await open();
    await taught("a", "b");
    await endWorker(2000);
    await page.evaluate(() => {
      kept.task = undefined;
    });
    await collect();
    await expect.poll(() => page.workers().length, { timeout: 10_000 }).toBe(0);
    expect(await rejections()).toEqual([]);
    expect(await taught("a", "b")).toBe("a");
    await page.close();
  });

  it("cannot be loaded: the call rejects, and nothing else", async () => {
    await open();
    await page.route("**/worker.js", (route) => route.abort());
    const failed = await page.evaluate(
      (examples) => metamodal.teach(examples).then(String, (error: { code?: string }) => error.code),
      examples("a", "b"),
    );
    expect(failed).toBe("web/worker-ended");
    expect(await rejections()).toEqual([]);
    await page.unroute("**/worker.js");
    expect(await taught("a", "b")).toBe("a");
    await page.close();
  });

  it("runs a program again after it had no memory for it", async () => {
    await open();
    const strokes = [[[0, 0], [9, 5]]]; // biome-ignore format: points
    const drawn = ["a", "b"].map((label, i) => ({ label, strokes: i ? strokes : [[[0, 5], [9, 0]]] })); // biome-ignore format: points
    await page.evaluate(() => {
      metamodal.configure({ without: ["image.onnx"] });
      return metamodal.pageStatus();
    });
    const teach = () =>
      page.evaluate(
        (drawn) =>
          metamodal.teach(drawn).then(
            ({ classes }) => classes.join(),
            (error: Error) => error.message,
          ),
        drawn,
      );
    await page.workers()[0].evaluate(() => {
      const { Memory } = WebAssembly;
      // When the network is opened, and when it is run.
      let attempts = 2;
      WebAssembly.Memory = class {
        constructor() {
          if (--attempts === 0) WebAssembly.Memory = Memory;
          throw new RangeError("could not allocate memory");
        }
      } as unknown as typeof Memory;
    });
    expect(await teach()).toMatch("could not allocate memory");
    expect(await teach()).toBe("a,b");
    await page.close();
  });
});
