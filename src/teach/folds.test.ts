/** Folds leave out as much of each class as of the others, and equal or grouped examples together. */

import { describe, expect, it } from "vitest";
import { foldsOf, unitsOf } from "./folds.js";
import type { EmbeddedExample } from "./types.js";

/** An example whose value is told by `value`. */
const example = (label: string, value: string, group?: string): EmbeddedExample => ({
  ...{ id: `${label}/${value}`, label, group, digests: { text: value }, vectors: {}, values: {} },
});

const labelsOf = (examples: readonly EmbeddedExample[]) =>
  foldsOf(examples, unitsOf(examples)).map((fold) => fold.map((i) => examples[i].label).sort());

describe("folds", () => {
  it("leave one example of each class out of classes of equal size", () => {
    const examples = ["a", "b", "c"].flatMap((label) =>
      [1, 2, 3, 4].map((i) => example(label, `${label}${i}`)),
    );
    expect(labelsOf(examples)).toEqual(Array.from({ length: 4 }, () => ["a", "b", "c"]));
  });

  it("are at most ten, of all examples of classes with two or more", () => {
    const examples = [
      ...Array.from({ length: 25 }, (_, i) => example("many", `m${i}`)),
      ...Array.from({ length: 3 }, (_, i) => example("few", `f${i}`)),
      example("one", "o"),
    ];
    const folds = labelsOf(examples);
    expect(folds).toHaveLength(10);
    expect(folds.flat().filter((label) => label === "many")).toHaveLength(25);
    expect(folds.flat().filter((label) => label === "few")).toHaveLength(3);
    expect(folds.flat()).not.toContain("one");
    for (const fold of folds) expect(fold.filter((label) => label === "few").length).toBeLessThanOrEqual(1);
  });

  it.each([
    ["a group", [example("a", "1", "g"), example("a", "2", "g")]],
    ["an equal value", [example("a", "1"), example("a", "1")]],
    [
      "a group and an equal value in turn",
      [example("a", "1", "g"), example("a", "2", "g"), example("a", "2", "h")],
    ],
    [
      "an equal value and a group in turn",
      [example("a", "2", "h"), example("a", "2", "g"), example("a", "1", "g")],
    ],
    [
      "values across groups",
      [example("a", "1", "g"), example("a", "1", "h"), example("a", "2", "h"), example("a", "2", "g")],
    ],
  ])("keep %s together", (_, together) => {
    const examples = [...together, example("a", "9"), example("b", "7"), example("b", "8")];
    const fold = foldsOf(examples, unitsOf(examples)).find((own) => own.includes(0));
    expect(fold?.filter((i) => i < together.length)).toHaveLength(together.length);
  });

  it("keep apart what differs, by an encoder whose vectors have much in common", () => {
    const vectorOf = (x: number) =>
      Float32Array.from({ length: 7 }, (_, k) => (k < 3 ? 50 : Number(k - 3 === x)));
    const examples = [0, 1, 2, 3].map((x) => ({
      ...example(x < 2 ? "a" : "b", `${x}`),
      vectors: { "photo/pretrained": vectorOf(x) },
    }));
    expect(new Set(unitsOf(examples)).size).toBe(4);
  });
});
