/** First visits of a page of drawings on a phone: it teaches five classes of one drawing each at once, and predicts one. */

import type { Browser, Page } from "playwright-core";

/** A drawing with its class. */
interface Labelled {
  readonly label: string;
  readonly strokes: number[][][];
}

/** The files of drawings without the network of images. */
export const drawingFiles = ["population.safetensors", "strokes.onnx"];
/** The files of encoders that a page of drawings needs, all or those that come first. */
export const allFiles = [...drawingFiles, "image.onnx", "projection.safetensors"];

/**
 * The HTML of a page that preloads `files`, with its script if it links them, has `later` after its first prediction, and has
 * its visit as `first` on its window.
 */
export function visitedPage(
  support: readonly Labelled[],
  query: { strokes: number[][][] },
  files: readonly string[],
  { isLinked = true, later = [] as readonly string[] } = {},
): string {
  const links = (isLinked ? files : []).map(
    (file) => `<link rel="preload" as="fetch" crossorigin href="/encoders/${file}">`,
  );
  const without = allFiles.filter((file) => !files.includes(file) && !later.includes(file));
  return `<!doctype html><link rel="icon" href="data:,">
<link rel="modulepreload" href="/dist/web/metamodal.js">${links.join("")}
<script type="module">
import * as metamodal from "/dist/web/metamodal.js";
globalThis.metamodal = metamodal;
metamodal.configure(${JSON.stringify({ without, preload: files, later })});
globalThis.first = (async () => {
  const task = await metamodal.teach(${JSON.stringify(support)});
  const { label } = await task.predict(${JSON.stringify(query)});
  const milliseconds = performance.now();
  await task.complete();
  return { milliseconds, label, complete: performance.now() };
})();
</script>`;
}

/** A visit: milliseconds from its start to the first prediction, its label, and those to the task with all encoders. */
interface Visit {
  readonly milliseconds: number;
  readonly label: string;
  readonly complete: number;
}

/** Visit a page. */
export async function visit(page: Page, url: string): Promise<Visit> {
  await page.goto(url);
  return page.evaluate(() => (globalThis as unknown as { first: Promise<Visit> }).first);
}

/** Milliseconds in which a browser makes ready a window that it opens: work of its own that is no part of a visit. */
const WINDOW = 2500;

/** A page in a new context, without any cache, when its window is ready. */
export async function newVisitor(browser: Browser): Promise<Page> {
  const page = await (await browser.newContext()).newPage();
  await page.waitForTimeout(WINDOW);
  return page;
}
