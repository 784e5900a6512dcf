/** The moments of a population against a direct computation. */

import { expect, it } from "vitest";
import { random } from "../../../src/base/random.js";
import { momentsOf } from "../../../src/modality/builtin/population.js";
import { fitPopulation } from "./fit.js";

it("mean and covariance are those of the vectors, up to the rank", () => {
  const { normal } = random(1, "population");
  const [length, n] = [6, 400];
  const vectors = Array.from({ length: n }, () => {
    const common = [normal(), normal()];
    return Float32Array.from({ length }, (_, k) => k / 10 + common[k % 2] + 0.1 * normal());
  });
  const population = fitPopulation(vectors, 2);
  const x = Float64Array.from({ length }, normal);
  const products = vectors.map((vector) => vector.reduce((sum, value, k) => sum + value * x[k], 0));
  const mean = products.reduce((a, b) => a + b, 0) / n;
  const deviation = Math.sqrt(products.reduce((sum, y) => sum + (y - mean) ** 2, 0) / n);
  const moments = momentsOf(x, population);
  expect(moments.mean).toBeCloseTo(mean, 5);
  expect(Math.abs(moments.deviation / deviation - 1)).toBeLessThan(0.02);
});
