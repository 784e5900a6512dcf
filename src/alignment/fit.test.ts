/** Vectors of one's own: what is planted comes to lie together, also for examples that were not fitted. */

import { describe, expect, it } from "vitest";
import { random } from "../base/random.js";
import { fitAlignment } from "./fit.js";

const r = random(3, "fit");
const [WIDTH, COUNT] = [4, 60];
const normals = (n: number) => Array.from({ length: n }, () => r.normal());
const common = Array.from({ length: COUNT }, () => normals(WIDTH));
const rotated = (angle: number) => (x: readonly number[]) => {
  const [c, s] = [Math.cos(angle), Math.sin(angle)];
  return [c * x[0] - s * x[1] + 1, s * x[0] + c * x[1], x[3], x[2] - 2];
};
const views = { a: common.map(rotated(0.3)), b: common.map(rotated(2)) };
const far = (x: ArrayLike<number>, y: ArrayLike<number>) =>
  Math.hypot(...Array.from(x, (value, k) => value - y[k]));

describe.each([
  ["procrustes", WIDTH],
  ["gcca", WIDTH / 2],
] as const)("%s", (name, size) => {
  const fitted = fitAlignment(name, { ...views, b: views.b.with(0, undefined as never) });

  it("lays together what belongs together, of examples that were fitted and of others", () => {
    const { a, b } = fitted.transform(views);
    expect(a[0]).toHaveLength(size);
    for (const i of [0, 7, COUNT - 1])
      expect(far(a[i]!, b[i]!)).toBeLessThan(1e-3 * far(a[i]!, a[(i + 1) % COUNT]!));
  });

  it("takes one modality alone, and leaves a gap where there was one", () => {
    const { b } = fitted.transform({ b: [views.b[2], undefined] });
    expect(far(b[0]!, fitted.transform(views).b[2]!)).toBeLessThan(1e-6);
    expect(b[1]).toBeUndefined();
  });
});

it("says what is wrong with the vectors", () => {
  const fit = (vectors: never) => () => fitAlignment("gcca", vectors);
  expect(fit({ a: [[1]] } as never)).toThrow(/vectors: they are of 1 modalities; expected two at least/);
  expect(fit({ a: [[1]], b: [[1], [2]] } as never)).toThrow(/vectors\.b: there are 2 vectors; expected 1/);
  expect(fit({ a: [[1, 2]], b: [[1, Number.NaN]] } as never)).toThrow(
    /vectors\.b, example 0: .*expected 2 numbers/,
  );
  expect(() => fitAlignment("mean" as never, views)).toThrow(
    /name: it is "mean"; expected procrustes or gcca/,
  );
});
