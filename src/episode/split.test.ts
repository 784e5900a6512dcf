import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createDataset } from "../data/dataset.js";
import type { Split } from "../data/splits.js";
import type { Example } from "../data/types.js";
import { splitClasses, splitRows } from "./split.js";

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

  it("needs four classes where none is declared", () => {
    const refuses = (...labels: (string | undefined)[]) =>
      expect(() => splitClasses(dataset(...labels.map((label): [string | undefined] => [label])), 0));
    refuses("a", "a").toThrow(/^mine: the only class is "a"; expected at least 4 classes .*2 to train on/);
    refuses("a", "b", "c").toThrow(/^mine: the only classes are "a", "b", "c"; expected at least 4 classes/);
    refuses(undefined).toThrow(/no row has a label/);
  });

  it.each([
    [4, 2, 0, 2],
    [6, 4, 0, 2],
    [7, 3, 2, 2],
    [10, 6, 2, 2],
    [100, 70, 15, 15],
  ])("splits %i classes into %i, %i and %i by seed", (count, train, val, test) => {
    const split = splitClasses(classes(count), 3);
    expect([split.train.length, split.val.length, split.test.length]).toEqual([train, val, test]);
  });

  it("is disjoint, complete and a function of the seed, not of row order", () =>
    fc.assert(
      fc.property(fc.integer({ min: 4, max: 60 }), fc.nat(1000), (count, seed) => {
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
    expect(splitClasses(dataset(["a"], ["b"], ["c"], ["d"], [undefined]), 0).unusedRows).toBe(1);
  });
});

describe("classes of different sizes", () => {
  const sized = (sizes: readonly number[]) =>
    dataset(...sizes.flatMap((size, i) => Array.from({ length: size }, (): [string] => [`c${i + 100}`])));

  it("are held out only if they can be tested, as long as there are such", () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 4, maxLength: 40 }),
        fc.nat({ max: 20 }),
        fc.integer({ min: 2, max: 5 }),
        (sizes, seed, least) => {
          const { train, val, test } = splitClasses(sized(sizes), seed, least);
          const isLarge = (name: string) => sizes[Number(name.slice(1)) - 100] >= least;
          if (![...val, ...test].every(isLarge)) expect(train.some(isLarge)).toBe(false);
          expect([...train, ...val, ...test].sort()).toEqual(sizes.map((_, i) => `c${i + 100}`).sort());
        },
      ),
    );
  });

  it("are split as classes of one size are, if all are large enough", () => {
    for (let seed = 0; seed < 10; seed++)
      expect(splitClasses(sized(Array(20).fill(5)), seed, 4)).toMatchObject({
        test: splitClasses(sized(Array(20).fill(1)), seed, 1).test,
      });
  });
});
