/**
 * A synthetic data set of two vector modalities, each informative about unseen classes, and more so together: a class is
 * a code, and each modality is a noisy linear map of its own part of the code, which training has to invert.
 */

import { random } from "../../src/base/random.js";
import { createDataset, type Dataset, type Example } from "../../src/data/index.js";

/** Standard deviation of the noise per modality; the first is more informative. */
const noise = { sharp: 0.5, rough: 0.8 };
const LENGTH = 8;
const CODE = 4;

export function informativeDataset({ classes = 48, examples = 12 } = {}): Dataset {
  const r = random(1, "informative");
  const normals = (n: number) => Array.from({ length: n }, () => r.normal());
  const maps = Object.fromEntries(
    Object.keys(noise).map((name) => [name, Array.from({ length: LENGTH }, () => normals(CODE + 2))]),
  );
  const rows = Array.from({ length: classes }, (_, k) => {
    const codes = Object.fromEntries(Object.keys(noise).map((name) => [name, normals(CODE)]));
    return Array.from({ length: examples }, (): Example => {
      const vectors = Object.entries(noise).map(([name, sigma]) => {
        // Two large factors vary within a class: training learns to ignore them.
        const factors = [...codes[name].map((c) => c + sigma * r.normal()), ...normals(2).map((x) => 2 * x)];
        return [name, maps[name].map((row) => row.reduce((sum, w, j) => sum + w * factors[j], 0))];
      });
      const split = k % 3 === 0 ? "test" : k % 8 === 1 ? "val" : "train";
      return { label: `class ${k}`, split, ...Object.fromEntries(vectors) };
    });
  });
  return createDataset({ name: "informative", examples: rows.flat() });
}
