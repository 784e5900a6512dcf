/** Groups as tasks: split, drawn and adapted to one at a time. */

import { describe, expect, it } from "vitest";
import { folders, jsonl } from "../../test/support/folders.js";
import { random } from "../base/random.js";
import { createDataset, openDataset } from "../data/dataset.js";
import type { Example } from "../data/types.js";
import { episodeSampler } from "./sampler.js";
import { splitClasses } from "./split.js";
import { unknownSampler } from "./unknowns.js";

const folder = folders();

/** Groups of so many classes with so many examples each. */
const examples = (sizes: readonly number[], each = 4): Example[] =>
  sizes.flatMap((classes, g) =>
    Array.from({ length: classes * each }, (_, i) => ({
      group: `table ${g}`,
      label: `${i % classes}`,
      v: [g, i % classes, i],
    })),
  );
const dataOf = (sizes: readonly number[], each?: number) =>
  createDataset({ name: "tables", examples: examples(sizes, each), groupAsTask: true });
const samplerOf = (sizes: readonly number[], way: number | [number, number], shot = 1) => {
  const { rows } = dataOf(sizes);
  const groups = sizes.map((_, g) => `table ${g}`);
  return { rows, ...episodeSampler(rows, groups, { way, shot, query: 2 }, "tables") };
};

describe("episodes", () => {
  it("are of one group and its classes", () => {
    const { rows, draw, mostWay } = samplerOf([2, 3, 7], 5);
    expect(mostWay).toBe(7);
    const ways = new Set<number>();
    for (let i = 0; i < 50; i++) {
      const { classes, support, query } = draw(random(1, i));
      const items = [...support, ...query];
      expect(new Set(items.map(({ row }) => rows[row].group)).size).toBe(1);
      expect(new Set(items.map(({ row }) => row)).size).toBe(items.length);
      for (const { row, label } of items) expect(rows[row].label).toBe(classes[label]);
      expect([support.length, query.length]).toEqual([classes.length, 2 * classes.length]);
      ways.add(classes.length);
    }
    expect([...ways].sort()).toEqual([2, 3, 5]);
  });

  it("need as many classes as a range asks for", () => {
    expect(samplerOf([2, 3, 7], [3, 3])).toMatchObject({
      eligible: ["table 1", "table 2"],
      ineligible: ["table 0"],
    });
    const { draw } = samplerOf([2, 3, 7], [3, 3]);
    for (let i = 0; i < 20; i++) expect(draw(random(1, i)).classes.length).toBe(3);
  });

  it("need examples, and no division of groups", () => {
    expect(() => samplerOf([1, 2], 5, 4)).toThrow(
      /^tables: no group of 2 is eligible .*2 classes of 5 examples.* Lower the option `shot`/,
    );
    const { rows } = dataOf([2, 2]);
    expect(() =>
      episodeSampler(rows, ["table 0"], { way: 2, shot: 1, query: 1, across: "group" }, "tables"),
    ).toThrow(/^tables, across: .*each group is a task/);
  });
});

describe("queries of unknown classes", () => {
  it("are of the same group, where a class of another may be the same", () => {
    const { rows, draw } = samplerOf([6, 6], [2, 2]);
    const more = unknownSampler(rows, { query: 2 });
    for (let i = 0; i < 20; i++) {
      const episode = draw(random(1, i));
      const { query } = more(episode, random(2, i));
      const unknown = query.filter(({ label }) => label < 0).map(({ row }) => rows[row]);
      expect(unknown.length).toBe(4);
      expect(new Set(unknown.map(({ group }) => group))).toEqual(
        new Set([rows[episode.support[0].row].group]),
      );
      expect(unknown.some(({ label }) => episode.classes.includes(label!))).toBe(false);
    }
  });
});

describe("a data set", () => {
  it("says in dataset.json that groups are tasks, and is split by them", async () => {
    const rows = examples([2, 2, 2, 2, 2, 2, 2]);
    const card = { groupAsTask: true };
    const data = await openDataset(
      folder({ "dataset.json": JSON.stringify(card), "metadata.jsonl": jsonl(...rows) }),
    );
    const { train, val, test } = splitClasses(data, 1);
    expect([...train, ...val, ...test].sort()).toEqual([0, 1, 2, 3, 4, 5, 6].map((g) => `table ${g}`));
  });

  it("may have a class, but no group, in two splits", () => {
    const rows = examples([2, 2]);
    const data = (splitOf: (row: Example) => "train" | "test") =>
      createDataset({
        name: "t",
        examples: rows.map((row) => ({ ...row, split: splitOf(row) })),
        groupAsTask: true,
      });
    const byGroup = data(({ group }) => (group === "table 0" ? "train" : "test"));
    expect(splitClasses(byGroup, 0)).toMatchObject({ train: ["table 0"], test: ["table 1"] });
    expect(() =>
      splitClasses(
        data(({ label }) => (label === "0" ? "train" : "test")),
        0,
      ),
    ).toThrow(/the group "table 0" is in test here but in train .*every group in one split only/);
  });

  it("needs a group in every labelled row", () => {
    const make = (example: Example) =>
      createDataset({ name: "t", examples: [...examples([2]), example], groupAsTask: true });
    expect(() => make({ label: "0", v: [1, 2, 3] })).toThrow(
      /^example 9, field "group": the row has no group; .*groupAsTask.*Add it/,
    );
    expect(make({ v: [1, 2, 3] }).rows.length).toBe(9);
  });

  it("says so with a word that is no boolean in vain", async () => {
    const path = folder({ "dataset.json": '{"groupAsTask":"yes"}', "metadata.jsonl": jsonl({ text: "a" }) });
    await expect(openDataset(path)).rejects.toThrow(
      /^dataset\.json, field "groupAsTask": the value is "yes"; .*true or false/,
    );
  });
});
