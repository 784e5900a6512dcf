/**
 * Predictions of a page and of Node from the same files of photos: JPEGs with and without EXIF orientation, large ones, WebP and
 * PNG. METAMODAL_DATA names a folder with `photos` (index.json, photos64.rgb.u8.gz: photos of 64×64 pixels); a file of another
 * size is a photo scaled to it.
 */

import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { teach } from "../../src/index.js";
import { browserPath, emptyPage, openPage, startBrowser } from "./support/browser.js";
import { startServer } from "./support/server.js";

const root = process.env.METAMODAL_DATA;
const hasPhotos = root !== undefined && existsSync(join(root, "photos/index.json"));
if (!hasPhotos)
  console.warn("METAMODAL_DATA names no folder with photos: their predictions are not compared");

const SIDE = 64;
const SHOTS = 2;
const QUERIES = 6;
/** Smallest share of predictions that are the same. */
const AGREEMENT = 0.99;

/** The files that a photo of 64×64 pixels becomes, in turns. */
const forms: readonly ((photo: sharp.Sharp) => sharp.Sharp)[] = [
  (photo) => photo.png(),
  (photo) => photo.resize(640, 480).jpeg({ quality: 85 }),
  (photo) => photo.resize(480, 640).rotate(270).withMetadata({ orientation: 6 }).jpeg({ quality: 75 }),
  (photo) => photo.resize(3000, 2000).jpeg({ quality: 80 }),
  (photo) => photo.resize(500, 375).webp({ quality: 80 }),
  (photo) => photo.resize(800, 600).png(),
];

interface File {
  readonly label: string;
  readonly bytes: Buffer;
}

/** Files of photos: `count` of each class from a part, `train` or `test`. */
async function filesOf(part: string, count: number): Promise<File[]> {
  const folder = join(root!, "photos");
  const { classes, photos } = JSON.parse(readFileSync(join(folder, "index.json"), "utf8")) as {
    classes: { name: string }[];
    photos: [number, string][];
  };
  const pixels = gunzipSync(readFileSync(join(folder, "photos64.rgb.u8.gz")));
  const size = 3 * SIDE * SIDE;
  const files: File[] = [];
  for (const [index, { name }] of classes.entries()) {
    const own = [...photos.keys()].filter((i) => photos[i][0] === index && photos[i][1] === part);
    for (const i of own.slice(0, count)) {
      const photo = sharp(pixels.subarray(i * size, (i + 1) * size), {
        raw: { width: SIDE, height: SIDE, channels: 3 },
      });
      files.push({ label: name, bytes: await forms[files.length % forms.length](photo).toBuffer() });
    }
  }
  return files;
}

describe.skipIf(!browserPath || !hasPhotos)("photos in a page", () => {
  it("are predicted as in Node, from the same files", async () => {
    const [support, queries] = [await filesOf("train", SHOTS), await filesOf("test", QUERIES)];
    const paths = (name: string, files: readonly File[]) =>
      Object.fromEntries(files.map(({ bytes }, i) => [`/${name}/${i}`, bytes]));
    const server = await startServer({
      files: { "/": emptyPage, ...paths("support", support), ...paths("query", queries) },
    });
    const browser = await startBrowser();
    const page = await openPage(browser, server.origin);
    const inPage = await page.evaluate(
      async ({ labels, count }) => {
        const image = async (path: string) => (await fetch(path)).blob();
        const examples = labels.map(async (label, i) => ({ label, image: await image(`/support/${i}`) }));
        const task = await metamodal.teach(await Promise.all(examples));
        const predictions: { label?: string; probabilities: Record<string, number> }[] = [];
        for (let i = 0; i < count; i++) {
          const prediction = await task.predict({ image: await image(`/query/${i}`) });
          if ("probabilities" in prediction) predictions.push(prediction);
        }
        return predictions;
      },
      { labels: support.map(({ label }) => label), count: queries.length },
    );
    const task = await teach(support.map(({ label, bytes }) => ({ label, image: bytes })));
    let [same, largest] = [0, 0];
    const byForm = forms.map(() => 0);
    for (const [i, { bytes }] of queries.entries()) {
      const prediction = await task.predict({ image: bytes });
      if (!("probabilities" in prediction)) throw new Error("a task of classes predicts classes");
      same += Number(prediction.label === inPage[i].label);
      const difference = Math.max(
        ...task.classes.map((name) =>
          Math.abs(prediction.probabilities[name] - inPage[i].probabilities[name]),
        ),
      );
      byForm[i % forms.length] = Math.max(byForm[i % forms.length], difference);
      largest = Math.max(largest, difference);
    }
    console.log(
      `${same} of ${queries.length} predictions are the same; probabilities differ by up to ${largest.toPrecision(2)} ` +
        `(by form ${byForm.map((difference) => difference.toPrecision(2)).join(", ")})`,
    );
    expect(same / queries.length).toBeGreaterThanOrEqual(AGREEMENT);
    await browser.close();
    await server.close();
  }, 400_000);
});
