import { describe, expect, it } from "vitest";
import { eager } from "../../test/support/eager.js";
import { normals } from "../../test/support/tiny.js";
import { type Arrays, float32 } from "../base/array.js";
import { random } from "../base/random.js";
import { meanPresent } from "../fusion/index.js";
import { mean } from "./mean.js";

const run = (fn: unknown, args: unknown[]) => eager(fn as never, args as Arrays[], "float64");

const [n, width] = [4, 3];
const r = random(2, "alignment");
const names = ["a", "b", "c"];
const features = Object.fromEntries(names.map((name) => [name, normals(r, [n, width])]));
/** All three, two, one and none of the modalities. */
const has: Record<string, number[]> = { a: [1, 1, 0, 0], b: [1, 0, 1, 0], c: [1, 1, 0, 0] };
const present = Object.fromEntries(names.map((name) => [name, float32(has[name], [n])]));
const f = (name: string, i: number) => Array.from(features[name].data.slice(i * width, i * width + width));
const spread = (i: number, h: readonly number[]) =>
  names.reduce((sum, name) => f(name, i).reduce((s, x, k) => s + has[name][i] * (x - h[k]) ** 2, sum), 0);

describe("alignment to the mean", () => {
  const h = run(meanPresent, [features, present])[0];
  const at = (i: number) => h.slice(i * width, i * width + width);

  it("h is the argmin of Σ_m ‖f_m − h‖² over the modalities present", () => {
    for (const i of [0, 1, 2])
      for (let trial = 0; trial < 20; trial++) {
        const step = 10 ** -(1 + (trial % 3));
        const moved = at(i).map((x) => x + step * r.normal());
        expect(spread(i, moved)).toBeGreaterThan(spread(i, at(i)));
      }
    for (const [k, x] of at(2).entries()) expect(x).toBeCloseTo(f("b", 2)[k], 12);
    expect(at(3)).toEqual([0, 0, 0]);
  });

  it("the loss is that minimum a dimension, averaged over the examples with several modalities", () => {
    const [[loss]] = run(mean.loss, [features, present, {}, {}]);
    expect(loss).toBeCloseTo((spread(0, at(0)) + spread(1, at(1))) / width / 2, 10);
  });

  it("the loss is 0 where no example has several, and where all agree", () => {
    const none = Object.fromEntries(
      names.map((name, m) => [name, float32([+(m === 0), +(m === 1), 0, 0], [n])]),
    );
    expect(run(mean.loss, [features, none, {}, {}])).toEqual([[0]]);
    const [[same]] = run(mean.loss, [{ a: features.a, b: features.a, c: features.a }, present, {}, {}]);
    expect(same).toBeCloseTo(0, 12);
  });
});
