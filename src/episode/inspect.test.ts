/** Counts of a data set, a report of all its unreadable files, and a sheet of its examples. */

import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { folders, jsonl } from "../../test/support/folders.js";
import { createDataset, openDataset } from "../data/dataset.js";
import { contactSheet } from "../data/pictures/sheet.js";
import { inspectDataset } from "./inspect.js";

const folder = folders();
const raw = { width: 6, height: 4, channels: 1 } as const;
const png = await sharp(new Uint8Array(24).fill(9), { raw }).png().toBuffer();
const pen = [
  [
    [0, 0],
    [1, 1],
  ],
];

describe("inspectDataset", () => {
  it("counts by split, class, modality and what is missing", async () => {
    const data = createDataset({
      name: "mine",
      examples: [
        { label: "a", split: "train", group: "g", image: png, pen },
        { label: "a", split: "train", image: png },
        { label: "b", split: "test", pen: [...pen, ...pen] },
        { pen },
      ],
    });
    expect(await inspectDataset(data)).toEqual({
      ...{ name: "mine", licence: undefined, task: "classification", groupAsTask: false },
      ...{ rows: 4, unlabelled: 1, classes: 2, groups: 1, numbers: null, notices: [] },
      rowsPerClass: { least: 1, median: 2, most: 2 },
      splits: { train: { rows: 2, classes: 1 }, test: { rows: 1, classes: 1 } },
      modalities: {
        image: {
          ...{ kind: "image", rows: 2, missing: 2 },
          sizes: { of: "pixels a side", measured: 2, least: 6, median: 6, most: 6 },
        },
        pen: {
          ...{ kind: "strokes", rows: 3, missing: 1 },
          sizes: { of: "points", measured: 3, least: 2, median: 2, most: 4 },
        },
      },
      present: [
        { modalities: ["pen"], rows: 2 },
        { modalities: ["image", "pen"], rows: 1 },
        { modalities: ["image"], rows: 1 },
      ],
      notices: [],
      units: [
        { name: "a", split: "train", rows: 2, modalities: { image: 2, pen: 1 } },
        { name: "b", split: "test", rows: 1, modalities: { pen: 1 } },
      ],
    });
  });

  it("counts groups where these are tasks", async () => {
    const rows = ["g", "h"].map((group) => ({ label: "a", group, split: "test" as const, v: [1] }));
    const data = createDataset({ name: "mine", examples: rows, groupAsTask: true });
    expect(await inspectDataset(data)).toMatchObject({
      groupAsTask: true,
      splits: { test: { rows: 2, groups: 2 } },
      units: [{ name: "g" }, { name: "h" }],
    });
  });

  it("names every file that is none of its kind", async () => {
    const path = folder({
      "metadata.jsonl": jsonl(...["a", "b", "c"].map((name) => ({ image_file_name: `${name}.png` }))),
      "a.png": "",
      "b.png": png,
      "c.png": "hello",
    });
    const attempt = inspectDataset(await openDataset(path));
    await expect(attempt).rejects.toThrow(
      /^metadata\.jsonl:1, .*a\.png: the file is empty; 2 in all, .*metadata\.jsonl:3, .*c\.png: not a PNG/,
    );
  });
});

describe("contactSheet", () => {
  const vowels = ["a", "e", "i"];
  const examples = vowels.flatMap((label) =>
    Array.from({ length: 4 }, (_, i) => ({
      label,
      image: i === 3 ? Uint8Array.of(1) : png,
      pen,
      text: `<${label}> & "so on"`,
      v: [1, 2, i],
    })),
  );
  const data = createDataset({ name: "vow<els>", examples });

  it("draws some examples of some classes, every kind of modality, and is a picture", async () => {
    const svg = await contactSheet(data, { classes: 2, each: 4 });
    expect(svg.match(/4 rows/g)!.length).toBe(2);
    expect(svg.match(/<image /g)!.length).toBe(6);
    expect(svg.match(/stroke="#d62728"/g)!.length).toBe(2);
    expect(svg).toContain("&lt;a&gt; &amp;");
    expect(svg).toContain("vow&lt;els&gt;: image, pen, text, v; 2 of 3 classes");
    const { info } = await sharp(Buffer.from(svg)).png().toBuffer({ resolveWithObject: true });
    expect(info.width).toBe(170 + 4 * (4 * 72 + 20));
  });

  it("is the same each time", async () => {
    expect(await contactSheet(data)).toBe(await contactSheet(data));
  });
});
