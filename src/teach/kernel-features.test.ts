import { expect, it } from "vitest";
import { random } from "../base/random.js";
import { kernelFeatures } from "./kernel-features.js";

const { normal } = random(1, "kernel");
const points = Array.from({ length: 9 }, () => Float32Array.from({ length: 4 }, normal));
const squared = (x: Float32Array, y: Float32Array) =>
  x.reduce((sum, value, k) => sum + (value - y[k]) ** 2, 0);
const inner = (x: Float32Array, y: Float32Array) => x.reduce((sum, value, k) => sum + value * y[k], 0);

it("has inner products that are the kernel of the median distance", () => {
  const features = kernelFeatures(points);
  const distances = points.flatMap((x, i) => points.slice(0, i).map((y) => squared(x, y)));
  const median = distances.sort((a, b) => a - b)[distances.length >> 1];
  for (const x of points)
    for (const y of points)
      expect(inner(features(x), features(y))).toBeCloseTo(Math.exp(-squared(x, y) / (2 * median)), 4);
});

it("never exceeds the kernel elsewhere: at most length 1", () => {
  const features = kernelFeatures(points);
  const other = features(Float32Array.from({ length: 4 }, normal));
  expect(inner(other, other)).toBeLessThanOrEqual(1);
  expect(inner(other, other)).toBeGreaterThan(0);
});

it("takes one point, equal points and more points than it keeps", () => {
  expect(kernelFeatures([points[0]])(points[0])[0]).toBeCloseTo(1, 5);
  const equal = kernelFeatures([points[0], points[0], points[0]]);
  expect(inner(equal(points[0]), equal(points[0]))).toBeCloseTo(1, 4);
  const many = Array.from({ length: 300 }, () => Float32Array.from({ length: 4 }, normal));
  expect(kernelFeatures(many)(points[0])).toHaveLength(256);
});
