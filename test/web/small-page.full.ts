/** The example page of 40 lines: five classes are drawn, taught and predicted. */

import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, it } from "vitest";
import { browserPath, startBrowser } from "./support/browser.js";
import { type PageServer, startServer } from "./support/server.js";

type Points = readonly (readonly [number, number])[];
const classes: Readonly<Record<string, Points>> = {
  line: [[60, 200], [340, 200]], // biome-ignore format: points
  corner: [[60, 60], [60, 300], [340, 300]], // biome-ignore format: points
  zigzag: [[60, 100], [130, 300], [200, 100], [270, 300], [340, 100]], // biome-ignore format: points
  square: [[80, 80], [320, 80], [320, 320], [80, 320], [80, 80]], // biome-ignore format: points
  post: [[200, 60], [200, 340]], // biome-ignore format: points
};

let server: PageServer;
let browser: Browser;

describe.skipIf(!browserPath)("the small example page", () => {
  beforeAll(async () => {
    server = await startServer({ files: {} });
    browser = await startBrowser();
  });
  afterAll(async () => {
    await browser?.close();
    await server?.close();
  });

  it("predicts five classes from one drawing each, a drawing at a time", async () => {
    const page = await browser.newPage();
    await page.goto(`${server.origin}/examples/page/small.html`);
    const box = (await page.locator("#pad").boundingBox())!;
    const draw = async (points: Points, shift: number) => {
      await page.mouse.move(box.x + points[0][0] + shift, box.y + points[0][1] + shift);
      await page.mouse.down();
      for (const [x, y] of points) await page.mouse.move(box.x + x + shift, box.y + y + shift, { steps: 4 });
      await page.mouse.up();
    };
    const teach = async (name: string) => {
      await page.fill("#label", name);
      await page.click("button");
    };
    const shows = (text: string) =>
      page.waitForFunction((text) => document.querySelector("#result")?.textContent === text, text);
    await teach("nothing");
    await shows("0 taught");
    for (const [index, [name, points]] of Object.entries(classes).entries()) {
      await draw(points, 0);
      await teach(name);
      await shows(`${index + 1} taught`);
    }
    for (const [name, points] of Object.entries(classes)) {
      // The next drawing begins after a pause.
      await page.waitForTimeout(1600);
      await draw(points, 8);
      await shows(name);
    }
    await page.close();
  });
});
