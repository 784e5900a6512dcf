/** Adapting learns from train rows only, where rows have splits. */

import { expect, it } from "vitest";
import { createDataset } from "../data/dataset.js";
import type { Split } from "../data/splits.js";
import { supportOf } from "./support.js";

const of = (...rows: (Split | undefined)[]) =>
  createDataset({ name: "d", examples: rows.map((split, i) => ({ label: "a", text: `${i}`, split })) });

it("takes all rows where none has a split, or all are of train", () => {
  for (const data of [of(undefined, undefined), of("train", "train"), of("train", undefined)])
    expect(supportOf(data)).toBe(data);
});

it("takes train rows, says so, and does not twice", () => {
  const support = supportOf(of("train", "val", "test", "test", undefined));
  expect(support.rows.map(({ split }) => split)).toEqual(["train"]);
  expect(support.notices.at(-1)?.text).toBe(
    "learns from its 1 train rows, and leaves out 1 of val and 2 of test and 1 without a split",
  );
  expect(supportOf(support)).toBe(support);
});

it("refuses rows of val and test alone", () => {
  const chosen = of("test", "test");
  expect(supportOf(chosen, { asGiven: true })).toBe(chosen);
  expect(() => supportOf(of("test", undefined))).toThrow(
    /^d: its rows are of val or test, and none is of train/,
  );
});

it("leaves out rows of a folder without a label, if others have one", () => {
  const examples = [{ label: "a", text: "1" }, { text: "2" }, { label: "b", text: "3" }];
  const inMemory = createDataset({ name: "d", examples });
  expect(supportOf(inMemory)).toBe(inMemory);
  const support = supportOf({ ...inMemory, path: "d" });
  expect(support.rows.map(({ label }) => label)).toEqual(["a", "b"]);
  expect(support.notices.at(-1)?.text).toBe("learns from its 2 rows with a label, and leaves out 1 without");
  expect(supportOf(support)).toBe(support);
});
