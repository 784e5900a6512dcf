/** Chromium for tests of pages. */

import { type Browser, chromium, type Page } from "playwright-core";
import { browserOptions, browserPath } from "./launch.js";

export { browserPath };

if (!browserPath)
  console.warn("no chromium on PATH, and METAMODAL_CHROMIUM is not set: tests of pages are skipped");

/** Start the browser, without window and with a new profile. */
export const startBrowser = (): Promise<Browser> => chromium.launch(browserOptions);

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
