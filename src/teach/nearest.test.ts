/** Similarities are weighted mean cosines over the experts that both examples have. */

import { expect, it } from "vitest";
import { nearestTo } from "./nearest.js";
import { Product } from "./product.js";
import type { EmbeddedExample } from "./types.js";

const example = (id: string, label: string, vectors: Record<string, number[]>): EmbeddedExample => ({
  id,
  label,
  digests: {},
  values: {},
  vectors: Object.fromEntries(
    Object.entries(vectors).map(([expert, vector]) => [expert, Float32Array.from(vector)]),
  ),
});

const support = [
  example("a", "oak", { "photo/network": [1, 0, 0], "caption/network": [0, 1, 0] }),
  example("b", "oak", { "photo/network": [0.8, 0.6, 0] }),
  example("c", "elm", { "photo/network": [0, 1, 0] }),
  example("d", "elm", { "caption/network": [0, 0, 2] }),
];
const labels = ["oak", "elm"];
const product = new Product(
  support.map(({ vectors, label }) => ({ vectors, label: labels.indexOf(label!) })),
  2,
  { photo: "image", caption: "text" },
);
const nearest = (vectors: Record<string, number[]>) => {
  const { vectors: arrays } = example("new", "", vectors);
  return nearestTo(arrays, product.evidence(arrays).strengths, { support, product });
};

it("orders examples by cosine, without those that share no expert", () => {
  const found = nearest({ "photo/network": [2, 0, 0] });
  expect(found.map(({ id }) => id)).toEqual(["a", "b", "c"]);
  expect(found.map(({ label }) => label)).toEqual(["oak", "oak", "elm"]);
  for (const [i, cosine] of [1, 0.8, 0].entries()) expect(found[i].similarity).toBeCloseTo(cosine, 6);
});

it("compares each example by the experts in common", () => {
  const found = nearest({ "photo/network": [0, 0, 1], "caption/network": [0, 0, 1] });
  expect(found[0]).toMatchObject({ id: "d", label: "elm" });
  expect(found[0].similarity).toBeCloseTo(1, 6);
});

it("has a similarity of 0 to a vector of zeros, and none without an expert", () => {
  expect(nearest({ "photo/network": [0, 0, 0] }).map(({ similarity }) => similarity)).toEqual([0, 0, 0]);
  expect(nearest({})).toEqual([]);
});
