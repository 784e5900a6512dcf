/** The losses by contrast against plain float64 loops over their definitions. */

import { expect, it } from "vitest";
import { eager } from "../../test/support/eager.js";
import { normals } from "../../test/support/tiny.js";
import { type Arrays, float32 } from "../base/array.js";
import { random } from "../base/random.js";
import { alignmentOf } from "./index.js";

const [n, width] = [6, 4];
const r = random(5, "contrast");
const names = ["a", "b", "c"];
const features = Object.fromEntries(names.map((name) => [name, normals(r, [n, width])]));
const has: Record<string, number[]> = { a: [1, 1, 0, 1, 1, 1], b: [1, 0, 1, 1, 1, 0], c: [1, 1, 1, 1, 0, 0] };
const present = Object.fromEntries(names.map((name) => [name, float32(has[name], [n])]));

/** Of every pair of modalities: the rows that have both, and the cosines between them. */
const pairs = [
  ["a", "b"],
  ["a", "c"],
  ["b", "c"],
].map(([a, b]) => {
  const rows = [...has[a].keys()].filter((i) => has[a][i] && has[b][i]);
  const unit = (name: string, i: number) => {
    const x = [...features[name].data.slice(i * width, (i + 1) * width)];
    // √(‖x‖² + 1e-8), as vectors are brought to length 1 everywhere.
    const norm = Math.hypot(...x, 1e-4);
    return x.map((value) => value / norm);
  };
  return rows.map((i) => rows.map((j) => unit(a, i).reduce((s, x, k) => s + x * unit(b, j)[k], 0)));
});
const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;
const transposed = (s: number[][]) => s.map((_, i) => s.map((row) => row[i]));

/** What each example of a table of cosines is given, by alignment. */
const [scale, bias] = [2.5, -1.25];
const expected: Record<string, (s: number[][]) => number[]> = {
  infonce: (s) =>
    s.map((_, i) =>
      mean(
        [s, transposed(s)].map(
          (t) =>
            Math.log(t[i].reduce((sum, x) => sum + Math.exp(Math.exp(scale) * x), 0)) -
            Math.exp(scale) * t[i][i],
        ),
      ),
    ),
  siglip: (s) =>
    s.map((row, i) =>
      row.reduce((sum, x, j) => {
        const z = (Math.exp(scale) * x + bias) * (i === j ? 1 : -1);
        return sum + Math.log(1 + Math.exp(-z));
      }, 0),
    ),
  triplet: (s) =>
    s.map((_, i) =>
      mean(
        [s, transposed(s)].flatMap((t) =>
          t[i].flatMap((x, j) => (j === i ? [] : [Math.max(0, 2 - 2 * s[i][i] + 0.2 - (2 - 2 * x))])),
        ),
      ),
    ),
};

it.each(Object.keys(expected))("%s is the mean of its definition over examples and pairs", (name) => {
  const params = { logScale: float32([scale], []), bias: float32([bias], []) };
  const [[loss]] = eager(
    alignmentOf(name)!.loss as never,
    [features, present, params, {}] as Arrays[],
    "float64",
  );
  expect(loss).toBeCloseTo(mean(pairs.flatMap(expected[name])), 9);
});

it("CLIP's temperature and SigLIP's start are the papers'", () => {
  const start = (name: string) => alignmentOf(name)!.init!() as Record<string, { data: ArrayLike<number> }>;
  expect(Math.exp(-start("infonce").logScale.data[0])).toBeCloseTo(0.07, 6);
  expect(Math.exp(start("siglip").logScale.data[0])).toBeCloseTo(10, 5);
  expect(start("siglip").bias.data[0]).toBe(-10);
});
