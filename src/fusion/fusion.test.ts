/** f(x) = Σ_m α_m g_m(x): the weights against a plain softmax, for every fusion and random patterns of presence. */

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { eager } from "../../test/support/eager.js";
import { normals } from "../../test/support/tiny.js";
import { type Arrays, float32, type NDArray } from "../base/array.js";
import { random } from "../base/random.js";
import { fusions } from "./index.js";

const names = ["a", "b", "c"];
const width = 2;

const cases = fc.record({
  seed: fc.nat(1e6),
  /** Which modalities each example has. */
  presence: fc.array(fc.tuple(fc.boolean(), fc.boolean(), fc.boolean()), { minLength: 1, maxLength: 4 }),
  /** How large scores get: softmax must not overflow. */
  scale: fc.constantFrom(0.1, 1, 300),
});

/** A fusion's weights [N] by modality and its sums [N × width], computed eagerly. */
function fuse(name: string, params: Arrays, features: Arrays, present: Arrays) {
  const keys = Object.keys(features);
  const [fused, ...weights] = eager(
    ((p: never, f: never, has: never) => {
      const out = fusions[name].fuse(p, f, has);
      return [out.fused, ...keys.map((key) => out.weights[key])];
    }) as never,
    [params, features, present],
    "float64",
  );
  return { fused, weights: Object.fromEntries(keys.map((key, i) => [key, weights[i]])) };
}

/** The score s_m of an example, from the fusion's equation. */
const score: Record<string, (params: never, h: readonly number[]) => number> = {
  fixed: () => 0,
  learned: (own: NDArray) => own.data[0],
  gated: ({ vector, bias }: { vector: NDArray; bias: NDArray }, h) =>
    h.reduce((sum, x, k) => sum + x * vector.data[k], bias.data[0]),
};

describe.each(Object.keys(fusions))("%s", (name) => {
  it("is the softmax-weighted sum over the modalities present", () => {
    fc.assert(
      fc.property(cases, ({ seed, presence, scale }) => {
        const r = random(seed, "fusion");
        const n = presence.length;
        const features = Object.fromEntries(names.map((key) => [key, normals(r, [n, width])]));
        const present = Object.fromEntries(
          names.map((key, m) => [
            key,
            float32(
              presence.map((has) => Number(has[m])),
              [n],
            ),
          ]),
        );
        const params = Object.fromEntries(
          names.map((key) => [
            key,
            name === "learned"
              ? normals(r, [1], scale)
              : { vector: normals(r, [width], scale), bias: normals(r, [1], scale) },
          ]),
        );
        const { fused, weights } = fuse(name, params as Arrays, features, present);
        for (const [i, has] of presence.entries()) {
          const h = (key: string) => Array.from(features[key].data.slice(i * width, i * width + width));
          const scores = names.map((key, m) =>
            has[m] ? score[name](params[key] as never, h(key)) : Number.NEGATIVE_INFINITY,
          );
          const top = Math.max(...scores);
          const raised = scores.map((s) => (top === Number.NEGATIVE_INFINITY ? 0 : Math.exp(s - top)));
          const total = raised.reduce((a, b) => a + b, 0) || 1;
          const sum = names.reduce((s, key) => s + weights[key][i], 0);
          expect(sum).toBeCloseTo(has.some(Boolean) ? 1 : 0, 9);
          for (const [m, key] of names.entries()) {
            expect(weights[key][i]).toBeCloseTo(raised[m] / total, 9);
            if (!has[m]) expect(weights[key][i]).toBe(0);
          }
          for (let k = 0; k < width; k++) {
            const expected = names.reduce((s, key, m) => s + (raised[m] / total) * h(key)[k], 0);
            expect(fused[i * width + k]).toBeCloseTo(expected, 9);
          }
        }
      }),
      { seed: 1, numRuns: 40 },
    );
  });

  it("gives a modality's weight to the others where its key is not there", () => {
    const r = random(1, "fusion");
    const params = fusions[name].init(names, width, r);
    const features = { a: normals(r, [2, width]), b: normals(r, [2, width]), c: normals(r, [2, width]) };
    const [one, none] = [float32([1, 1], [2]), float32([0, 0], [2])];
    const absent = fuse(name, params, features, { a: one, b: none, c: one });
    const left = fuse(name, params, { a: features.a, c: features.c }, { a: one, c: one });
    expect(left.fused).toEqual(absent.fused);
    expect(left.weights).toEqual({ a: absent.weights.a, c: absent.weights.c });
  });
});
