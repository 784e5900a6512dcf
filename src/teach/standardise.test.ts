/** Vectors of pretrained encoders have mean 0 over the support and length 1; those of built-in encoders stay. */

import { expect, it } from "vitest";
import { random } from "../base/random.js";
import { Standardiser } from "./standardise.js";

/** Vectors far from 0, in which number k varies by k + 1. */
function supportOf(count: number) {
  const { normal } = random(1, "standardise");
  return Array.from({ length: count }, () => ({
    vectors: {
      "photo/pretrained": Float32Array.from({ length: 6 }, (_, k) => 10 + (k + 1) * normal()),
      "photo/hog": Float32Array.of(0.6, 0.8),
    },
  }));
}

const shares = (vectors: readonly Float32Array[]) => {
  const squares = Array.from({ length: 6 }, (_, k) => vectors.reduce((sum, x) => sum + x[k] ** 2, 0));
  const total = squares.reduce((a, b) => a + b);
  return squares.map((x) => x / total);
};

it("gives numbers equal weight with many examples, and nearly their own spread with few", () => {
  for (const [count, largest] of [
    [400, 1.6],
    [5, 30],
  ]) {
    const support = supportOf(count);
    const standardiser = new Standardiser(support);
    const vectors = support.map((each) => standardiser.vectors(each.vectors)["photo/pretrained"]);
    for (const vector of vectors) expect(Math.hypot(...vector)).toBeCloseTo(1, 5);
    const weights = shares(vectors);
    expect(Math.max(...weights) / Math.min(...weights)).toBeLessThan(largest);
    if (count < 10) expect(weights[5]).toBeGreaterThan(weights[0]);
  }
});

it("leaves other vectors, and examples without the modality, as they are", () => {
  const support = supportOf(4);
  const standardiser = new Standardiser([...support, { vectors: {} }]);
  expect(standardiser.vectors(support[0].vectors)["photo/hog"]).toBe(support[0].vectors["photo/hog"]);
  expect(standardiser.vectors({})).toEqual({});
  const other = { "photo/hog": Float32Array.of(1) };
  expect(standardiser.vectors(other)).toEqual(other);
});

it("makes finite vectors of equal ones", () => {
  const vectors = { "a/pretrained": Float32Array.of(3, 3) };
  const standardiser = new Standardiser([{ vectors }, { vectors }]);
  expect([...standardiser.vectors(vectors)["a/pretrained"]]).toEqual([0, 0]);
});
