import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createDataset } from "./dataset.js";
import { splitClasses, splitRows } from "./split.js";
import type { Example, Split } from "./types.js";

const dataset = (...rows: [label: string | undefined, split?: Split][]) =>
  createDataset({
    name: "mine",
    examples: rows.map(([label, split]): Example => ({ label, split, text: "a" })),
  });
const classes = (count: number) =>
  dataset(...Array.from({ length: count }, (_, i): [string] => [`c${String(i).padStart(3, "0")}`]));

describe("splitClasses", () => {
  it("follows declared splits and counts rows without one", () => {
    const data = dataset(
      ["b", "train"],
      ["a", "train"],
      ["c", "test"],
      ["a"],
      ["d"],
      [undefined, "val"],
      ["b", "train"],
    );
    const split = splitClasses(data, 0);
    expect(split).toEqual({ train: ["a", "b"], val: [], test: ["c"], unusedRows: 3, source: "declared" });
    expect(splitRows(data, split, "train").map(({ where }) => where)).toEqual([
      "example 1",
      "example 2",
      "example 7",
    ]);
  });

  it("names a class in two splits and both its rows", () => {
    expect(() => splitClasses(dataset(["a", "train"], ["b", "test"], ["a", "test"]), 0)).toThrow(
      /^example 3, field "split": the class "a" is in test here but in train in example 1/,
    );
  });

  it("needs two classes", () => {
    expect(() => splitClasses(dataset(["a"], ["a"]), 0)).toThrow(/^mine: the only class is "a"/);
    expect(() => splitClasses(dataset([undefined]), 0)).toThrow(/no row has a label/);
  });

  it.each([
    [2, 1, 0, 1],
    [3, 1, 1, 1],
    [4, 2, 1, 1],
    [10, 6, 2, 2],
    [100, 70, 15, 15],
  ])("splits %i classes into %i, %i and %i by seed", (count, train, val, test) => {
    const split = splitClasses(classes(count), 3);
    expect([split.train.length, split.val.length, split.test.length]).toEqual([train, val, test]);
  });

  it("is disjoint, complete and a function of the seed, not of row order", () =>
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 60 }), fc.nat(1000), (count, seed) => {
        const data = classes(count);
        const split = splitClasses(data, seed);
        const all = [...split.train, ...split.val, ...split.test];
        expect(new Set(all).size).toBe(count);
        expect(all.length).toBe(count);
        expect(split).toEqual(splitClasses({ ...data, rows: [...data.rows].reverse() }, seed));
        expect(splitRows(data, split, "test").map(({ label }) => label)).toEqual(split.test);
      }),
    ));

  it("differs between seeds and counts rows without a label", () => {
    expect(splitClasses(classes(30), 1).test).not.toEqual(splitClasses(classes(30), 2).test);
    expect(splitClasses(dataset(["a"], ["b"], [undefined]), 0).unusedRows).toBe(1);
  });
});
