/** Chromium for tests: Debian's, or the one that METAMODAL_CHROMIUM names. */

import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { type Browser, chromium, type Page } from "playwright-core";

const names = ["chromium", "chromium-browser", "google-chrome"];

/** The path of a browser; undefined if there is none. */
export const browserPath: string | undefined =
  process.env.METAMODAL_CHROMIUM ??
  names
    .flatMap((name) => (process.env.PATH ?? "").split(delimiter).map((folder) => join(folder, name)))
    .find((path) => existsSync(path));

if (!browserPath)
  console.warn("no chromium on PATH, and METAMODAL_CHROMIUM is not set: tests of pages are skipped");

const args = [
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  // Memory is measured at once, not with the next collection of garbage.
  "--enable-blink-features=ForceEagerMeasureMemory",
];

/** Start the browser, without window and with a new profile. */
export const startBrowser = (): Promise<Browser> =>
  chromium.launch({ executablePath: browserPath, chromiumSandbox: false, args });

/** The HTML of a page that has the library as `metamodal` on its window. */
export const emptyPage = `<!doctype html><title>test</title><link rel="icon" href="data:,"><script type="module">
import * as metamodal from "/dist/web/index.js";
globalThis.metamodal = metamodal;
</script>`;

/** Open a page, and wait until the library is there. Errors of the page fail the test. */
export async function openPage(browser: Browser, url: string): Promise<Page> {
  const page = await browser.newPage();
  page.on("pageerror", (error) => console.error(`page: ${error.stack ?? error.message}`));
  page.on("console", (message) => {
    if (message.type() === "error") console.error(`page: ${message.text()}`);
  });
  await page.goto(url);
  await page.waitForFunction(() => "metamodal" in globalThis);
  return page;
}

declare global {
  /** The library on the window of a test's page. */
  var metamodal: typeof import("../../../src/web.js");
}
