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
 * The HTML of a page that preloads `files`, with its script if it links them, and has its first prediction as `first` on its
 * window.
 */
export function visitedPage(
  support: readonly Labelled[],
  query: { strokes: number[][][] },
  files: readonly string[],
  { isLinked = true } = {},
): string {
  const links = (isLinked ? files : []).map(
    (file) => `<link rel="preload" as="fetch" crossorigin href="/encoders/${file}">`,
  );
  const without = allFiles.filter((file) => !files.includes(file));
  return `<!doctype html><link rel="icon" href="data:,">
<link rel="modulepreload" href="/dist/web/metamodal.js">${links.join("")}
<script type="module">
import * as metamodal from "/dist/web/metamodal.js";
globalThis.metamodal = metamodal;
metamodal.configure(${JSON.stringify({ without, preload: files })});
globalThis.first = (async () => {
  const task = await metamodal.teach(${JSON.stringify(support)});
  const { label } = await task.predict(${JSON.stringify(query)});
  return { milliseconds: performance.now(), label };
})();
</script>`;
}

/** Milliseconds from the start of a visit to the first prediction, and its label. */
export async function visit(page: Page, url: string): Promise<{ milliseconds: number; label: string }> {
  await page.goto(url);
  return page.evaluate(
    () => (globalThis as unknown as { first: Promise<{ milliseconds: number; label: string }> }).first,
  );
}

/** Milliseconds in which a browser makes ready a window that it opens: work of its own that is no part of a visit. */
const WINDOW = 2500;

/** A page in a new context, without any cache, when its window is ready. */
export async function newVisitor(browser: Browser): Promise<Page> {
  const page = await (await browser.newContext()).newPage();
  await page.waitForTimeout(WINDOW);
  return page;
}
