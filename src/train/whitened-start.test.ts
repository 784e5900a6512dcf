import { expect, it } from "vitest";
import { random } from "../base/random.js";
import { builtinModality } from "../modality/builtin/spec.js";
import type { ModalitySpec } from "../modality/index.js";
import { ModelDefinition, parseRecipe } from "../model/index.js";
import { whitenedStart } from "./whitened-start.js";

const LENGTH = 3;
const spec: ModalitySpec = builtinModality.spec.parse({
  kind: "text",
  shape: [LENGTH],
  builtin: { version: 1, files: {}, parts: [{ name: "network", length: LENGTH, scale: 1 }] },
});

/** Rows of 4 classes, whose vectors differ within a class in the first dimension most. */
function tableOf(labels: readonly (string | undefined)[]) {
  const draw = random(3);
  const data = Float32Array.from(
    labels.flatMap((_, i) => [4 * draw.normal(), (i % 4) + draw.normal(), draw.normal()]),
  );
  const rows = labels.map((label, i) => ({ id: `${i}`, label, values: {}, where: `row ${i}` }));
  const column = { spec, data, present: new Uint8Array(labels.length).fill(1) };
  return { rows, columns: { words: column } } as never;
}
const labels = Array.from({ length: 400 }, (_, i) => `class ${i % 4}`);
const recipe = parseRecipe({ encoders: { words: "default" }, modalities: ["words"], width: 3 }, "r");
const initial = new ModelDefinition(recipe, { words: spec }).init(1);
const mapOf = (weights: typeof initial) =>
  (weights.params.network.encoders.words as unknown as { map: { weight: { data: Float32Array } } }).map.weight
    .data;
/** The squared length of the image of a dimension's unit vector. */
const gain = (map: Float32Array, k: number) =>
  map.subarray(k * LENGTH, (k + 1) * LENGTH).reduce((sum, x) => sum + x * x, 0);

it("discounts what differs within classes, by the shrunk covariance", () => {
  const map = mapOf(whitenedStart(initial, tableOf(labels)));
  // Variances 16, 1 and 1, of mean 6: squared gains are as 1 / (16 + 30) and 1 / (1 + 30).
  expect(gain(map, 1) / gain(map, 0)).toBeCloseTo(46 / 31, 0.5);
  expect(gain(map, 2) / gain(map, 1)).toBeCloseTo(1, 0.5);
  expect(gain(map, 1)).toBeGreaterThan(1);
  expect(gain(map, 0)).toBeLessThan(1);
});

it("changes nothing without labels, or with one example a class", () => {
  expect(mapOf(whitenedStart(initial, tableOf(labels.map(() => undefined))))).toEqual(mapOf(initial));
  expect(mapOf(whitenedStart(initial, tableOf(["a", "b", "c"])))).toEqual(mapOf(initial));
});
