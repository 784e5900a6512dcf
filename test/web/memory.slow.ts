/** Memory is flat over ten thousand predictions in a page. */

import { expect, it } from "vitest";
import { browserPath, startBrowser } from "./support/browser.js";
import { memoryOfPredictions } from "./support/memory.js";

it.skipIf(!browserPath)("does not grow by more than 2 MB", { timeout: 1_800_000 }, async () => {
  const browser = await startBrowser();
  const { before, after } = await memoryOfPredictions(browser, 10_000);
  expect(after).toBeLessThan(before + 2 * 2 ** 20);
  await browser.close();
});
