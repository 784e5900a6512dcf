import { readdirSync, statSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, it } from "vitest";
import { planModalities } from "../../../episode/plan.js";
import { episodeSampler } from "../../../episode/sampler.js";
import { type ClassSplit, splitClasses, splitRows } from "../../../episode/split.js";
import { loadTable } from "../../../episode/table.js";
import { decodeImage, type Media, type Strokes } from "../../../modality/index.js";
import { openDataset } from "../../dataset.js";
import type { Dataset } from "../../types.js";

const path = fileURLToPath(new URL("../../../../datasets/omniglot", import.meta.url));
let data: Dataset;
let split: ClassSplit;
beforeAll(async () => {
  data = await openDataset(path);
  split = splitClasses(data, 0);
});

describe("the shipped Omniglot", () => {
  it("is small: at most 8 MB in at most 10 files, licence among them", () => {
    const files = readdirSync(path);
    expect(files).toEqual(expect.arrayContaining(["LICENSE", "README.md"]));
    expect(files.length).toBeLessThanOrEqual(10);
    expect(files.reduce((sum, file) => sum + statSync(`${path}/${file}`).size, 0)).toBeLessThan(8e6);
  });

  it("holds what its README says, in disjoint classes", () => {
    expect(split).toMatchObject({ source: "declared", unusedRows: 0 });
    const counts = (["train", "val", "test"] as const).map((name) => {
      const rows = splitRows(data, split, name);
      const sizes = new Map<string, number>();
      for (const { label } of rows) sizes.set(label!, (sizes.get(label!) ?? 0) + 1);
      return [split[name].length, rows.length, [...sizes.values()].filter((size) => size >= 16).length];
    });
    expect(counts).toEqual([
      [1026, 17196, 764],
      [172, 3165, 155],
      [421, 7381, 343],
    ]);
    expect(new Set([...split.train, ...split.val, ...split.test]).size).toBe(1619);
    for (const { values } of data.rows) expect(Object.keys(values)).toEqual(["image", "strokes"]);
  });

  it("draws strokes where the image has ink", async () => {
    let [on, all] = [0, 0];
    for (let i = 0; i < data.rows.length; i += 101) {
      const { image, strokes } = data.rows[i].values as { image: Media; strokes: Strokes };
      const pixels = await decodeImage(image, "");
      for (const [x, y] of strokes.flat()) {
        const at = Math.min(27, Math.floor(y / 3.75)) * 28 + Math.min(27, Math.floor(x / 3.75));
        if (pixels.data[at] > 0) on++;
        all++;
      }
    }
    expect(on / all).toBeGreaterThan(0.97);
  });

  it("loads and draws the standard episodes", async () => {
    const rows = splitRows(data, split, "val");
    const { columns } = await loadTable(rows, await planModalities(data, undefined, rows));
    expect(columns.image.spec).toMatchObject({ shape: [1, 28, 28] });
    expect(columns.strokes.spec).toEqual({ kind: "strokes", shape: [5, 64], format: "points" });
    expect(columns.image.present.every(Boolean)).toBe(true);
    for (const way of [5, 20]) {
      const sampler = episodeSampler(rows, split.val, { way, shot: 1, query: 15, across: "group" }, "test");
      expect(sampler.ineligible).toEqual([]);
    }
  });
});
