/** A photo whose EXIF orientation turns it is the same example as the photo turned. */

import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { browserPath, emptyPage, openPage, startBrowser } from "./support/browser.js";
import { photo } from "./support/fixtures.js";
import { startServer } from "./support/server.js";

describe.skipIf(!browserPath)("a photo in a page", () => {
  it("is upright, in all eight orientations", async () => {
    const upright = await sharp(await photo(1, 5, 240, 240)).composite([
      { input: { create: { width: 90, height: 60, channels: 3, background: "#d22" } }, left: 0, top: 0 },
    ]).png().toBuffer(); // biome-ignore format: one pipeline
    const files: Record<string, string | Uint8Array> = { "/": emptyPage, "/upright.png": upright };
    for (let orientation = 1; orientation <= 8; orientation++) {
      // Stored so that the orientation turns it back.
      const turned = sharp(upright);
      if (orientation === 2 || orientation === 5 || orientation === 7) turned.flop();
      if (orientation === 4) turned.flip();
      if (orientation === 3) turned.rotate(180);
      if (orientation === 6 || orientation === 5) turned.rotate(270);
      if (orientation === 8 || orientation === 7) turned.rotate(90);
      files[`/${orientation}.jpg`] = await sharp(await turned.png().toBuffer())
        .withMetadata({ orientation })
        .jpeg({ quality: 100, chromaSubsampling: "4:4:4" })
        .toBuffer();
    }
    const server = await startServer({ files });
    const browser = await startBrowser();
    const page = await openPage(browser, server.origin);
    const similarities = await page.evaluate(async () => {
      const blob = async (path: string) => (await fetch(path)).blob();
      const other = new Blob([new Uint8Array(await (await blob("upright.png")).arrayBuffer())]);
      const canvas = new OffscreenCanvas(50, 50);
      canvas.getContext("2d")?.fillRect(0, 0, 25, 25);
      const task = await metamodal.teach([
        { label: "photo", image: other },
        { label: "square", image: await canvas.convertToBlob() },
      ]);
      const found: number[] = [];
      for (let orientation = 1; orientation <= 8; orientation++) {
        const prediction = await task.predict({ image: await blob(`${orientation}.jpg`) });
        found.push("nearest" in prediction ? prediction.nearest[0].similarity : 0);
      }
      return found;
    });
    for (const similarity of similarities) expect(similarity).toBeGreaterThan(0.99);
    await browser.close();
    await server.close();
  });
});
