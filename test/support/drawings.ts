/** An in-memory data set of small drawings as images and strokes, with missing modalities. */

import { random } from "../../src/base/random.js";
import { createDataset, type Dataset, type Example, type Split } from "../../src/data/index.js";

/** Example `i` of class `k`: stripes and a line that depend on the class, plus noise. */
export function drawing(k: number, i: number): Example {
  const r = random(1, "drawing", k, i);
  const data = Uint8Array.from({ length: 256 }, (_, at) => ((at >> 4) % (k + 2) ? 40 : 200) + r.integer(40));
  return {
    label: `class ${k}`,
    image: { width: 16, height: 16, channels: 1, data },
    strokes: [Array.from({ length: 4 }, (_, at) => [at + r.uniform(), (at * (k + 1)) % 5])],
  };
}

/** A copy of the example without one modality. */
export function lacking(example: Example, modality: string): Example {
  const { [modality]: _, ...rest } = example;
  return rest;
}

/** A data set with `classes` per split and `each` examples per class; every fifth has no image, others no strokes. */
export function tinyDataset(
  classes: Readonly<Record<Split, number>> = { train: 6, val: 3, test: 4 },
  each = 6,
  modalities: readonly string[] = ["image", "strokes"],
): Dataset {
  const splits = Object.entries(classes).flatMap(([split, n]) => Array<Split>(n).fill(split as Split));
  const examples = splits.flatMap((split, k) =>
    Array.from({ length: each }, (_, i): Example => {
      const { label, ...values } = drawing(k, i);
      const missing = i % 5 === 3 ? "image" : i % 5 === 4 ? "strokes" : "";
      const has = modalities.filter((name) => modalities.length === 1 || name !== missing);
      return { label, split, ...Object.fromEntries(has.map((name) => [name, values[name]])) };
    }),
  );
  const options = { image: { kind: "image", size: 16 }, strokes: { kind: "strokes", points: 16 } };
  const declared = Object.entries(options).filter(([name]) => modalities.includes(name));
  return createDataset({ name: "drawings", examples, modalities: Object.fromEntries(declared) });
}
