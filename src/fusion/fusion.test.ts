/**
 * What every fusion keeps for random patterns of presence, the weighted sums against a plain softmax, and the others
 * against their equations.
 */

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { eager, relativeError } from "../../test/support/eager.js";
import { arraysOf, normals, shaken } from "../../test/support/tiny.js";
import { type Arrays, float32, type NDArray } from "../base/array.js";
import { random } from "../base/random.js";
import { fusionOf, fusions } from "./index.js";

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
      const out = fusionOf(name).fuse(p, f, has);
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

describe.each(Object.keys(score))("%s", (name) => {
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
});

/** Examples with all, two and one of the modalities, and with none. */
const presence = { a: [1, 1, 0, 0], b: [1, 1, 0, 0], c: [1, 0, 1, 0] };
const r = random(1, "fusion");
const count = presence.a.length;
const features = Object.fromEntries(names.map((key) => [key, normals(r, [count, width])]));
const present = Object.fromEntries(names.map((key) => [key, float32(presence[key as "a"], [count])]));
const initial = (name: string, of: readonly string[]) =>
  fusionOf(name).init(of, width, (...stream) => random(1, ...stream), false);
/** Parameters as after some training. */
const paramsOf = (name: string, of: readonly string[] = names) => shaken(initial(name, of), 3);
const only = (of: Arrays, keys: readonly string[]) =>
  Object.fromEntries(keys.map((key) => [key, (of as Record<string, NDArray>)[key]]));
const close = (actual: readonly number[], expected: readonly number[]) =>
  expect(relativeError(actual, expected)).toBeLessThan(1e-9);

describe.each(Object.keys(fusions))("%s", (name) => {
  const params = paramsOf(name);
  const { fused, weights } = fuse(name, params, features, present);

  it("weighs the modalities present by shares that add up to 1", () => {
    for (let i = 0; i < count; i++) {
      const shares = names.map((key) => weights[key][i]);
      expect(shares.reduce((a, b) => a + b)).toBeCloseTo(i < 3 ? 1 : 0, 9);
      for (const [m, key] of names.entries()) expect(shares[m] > 0).toBe(presence[key as "a"][i] === 1);
    }
  });

  it("does not look at what an absent modality holds", () => {
    const garbage = Object.fromEntries(
      names.map((key) => [
        key,
        float32(
          features[key].data.map((x, at) => (presence[key as "a"][Math.floor(at / width)] ? x : 7.5)),
          [count, width],
        ),
      ]),
    );
    expect(fuse(name, params, garbage, present)).toEqual({ fused, weights });
  });

  it("takes a modality whose key is not there for one that no example has", () => {
    const one = float32(Array(count).fill(1), [count]);
    const none = float32(Array(count).fill(0), [count]);
    const absent = fuse(name, params, features, { a: one, b: none, c: one });
    const left = fuse(name, params, only(features, ["a", "c"]) as Arrays, { a: one, c: one });
    close(left.fused, absent.fused);
    expect(left.weights).toEqual({ a: absent.weights.a, c: absent.weights.c });
  });

  it("does not see the order of the modalities", () => {
    const order = ["c", "a", "b"];
    expect(initial(name, order)).toEqual(initial(name, names));
    const other = fuse(name, params, only(features, order), only(present, order));
    close(other.fused, fused);
    for (const key of names) close(other.weights[key], weights[key]);
  });

  it("tells a zero vector from an absent one", () => {
    const zeros = { ...features, b: float32(Array(count * width).fill(0), [count, width]) };
    const has = fuse(name, params, zeros, present).fused;
    const lacks = fuse(name, params, zeros, { ...present, b: float32([0, 0, 0, 0], [count]) }).fused;
    expect(relativeError(has.slice(0, width), lacks.slice(0, width))).toBeGreaterThan(1e-3);
  });

  it("starts a modality the same whatever others there are", () => {
    const both = new Map(arraysOf(initial(name, ["a", "b"])));
    for (const [path, array] of arraysOf(initial(name, ["b"])))
      if (path.split(".").includes("b") && `${array.shape}` === `${both.get(path)!.shape}`)
        expect(array, path).toEqual(both.get(path));
  });
});

/** The vector of an example, and the entry `o` of a vector times a matrix. */
const h = (key: string, i: number) => [...features[key].data.slice(i * width, (i + 1) * width)];
const times = (x: readonly number[], { data, shape }: NDArray, o: number) =>
  x.reduce((sum, value, d) => sum + value * data[d * shape[1] + o], 0);
/** An array that is not rounded to float32, for programs run in float64. */
const exact = (values: readonly number[], shape: readonly number[]) =>
  ({ dtype: "float32", shape, data: Float64Array.from(values) }) as unknown as NDArray;

/** Fusions that start from the mean of the vectors present. */
it.each([
  "fixed",
  "learned",
  "gated",
  "attention",
  "film",
  "cross-attention",
])("%s starts from the mean", (name) => {
  const { fused } = fuse(name, initial(name, names), features, present);
  close(fused, fuse("fixed", {}, features, present).fused);
});

/** Fusions that leave a modality by itself as it is. */
it.each(["fixed", "learned", "gated", "attention", "film"])("%s of one modality is that modality", (name) => {
  const one = only(features, ["b"]) as Arrays;
  const { fused, weights } = fuse(name, paramsOf(name, ["b"]), one, {
    b: float32(Array(count).fill(1), [count]),
  });
  close(fused, [...features.b.data]);
  expect(weights.b).toEqual(Array(count).fill(1));
});

describe("tensor fusion", () => {
  const params = paramsOf("tensor") as {
    factors: Record<string, Record<string, NDArray>>;
    core: NDArray;
  };
  const k = params.factors.a.bias.shape[0];

  it("is the sum over all products of the factors, each with a 1 appended", () => {
    const { fused } = fuse("tensor", params as never, features, present);
    const z = (key: string, i: number) => {
      const has = presence[key as "a"][i];
      const { weight, bias } = params.factors[key];
      return [...Array.from({ length: k }, (_, j) => has * (times(h(key, i), weight, j) + bias.data[j])), 1];
    };
    for (let i = 0; i < count; i++)
      for (let o = 0; o < width; o++) {
        let [sum, row] = [0, 0];
        for (const x of z("a", i))
          for (const y of z("b", i))
            for (const w of z("c", i)) sum += x * y * w * params.core.data[row++ * width + o];
        expect(fused[i * width + o]).toBeCloseTo(sum, 8);
      }
  });

  it("is low-rank fusion of full rank", () => {
    // W = Σ_r ⊗_m W_m^(r), one r for each pair (j, l) of entries of b and c: those two pick their entry, a has the rest.
    const rank = (k + 1) ** 2;
    const core = (i: number, r: number, o: number) => params.core.data[(i * rank + r) * width + o];
    const entry = { b: (r: number) => Math.floor(r / (k + 1)), c: (r: number) => r % (k + 1) };
    const row = (key: string, i: number) =>
      Array.from({ length: rank * width }, (_, at) => {
        const [r, o] = [Math.floor(at / width), at % width];
        return key === "a" ? Math.sqrt(rank) * core(i, r, o) : Number(entry[key as "b"](r) === i);
      });
    const factors = Object.fromEntries(
      names.map((key) => {
        const rows = Array.from({ length: k + 1 }, (_, i) => row(key, i));
        const { weight, bias } = params.factors[key];
        // [g; 1] gives [g U + u; 1], hence U W_m^(r) and u W_m^(r) + the row of the 1.
        const through = (of: (j: number) => number) =>
          rows[k].map((_, at) => rows.slice(0, k).reduce((sum, own, j) => sum + of(j) * own[at], 0));
        const each = Array.from({ length: width }, (_, d) => through((j) => weight.data[d * k + j]));
        return [
          key,
          {
            weight: exact(each.flat(), [width, rank * width]),
            bias: exact(
              through((j) => bias.data[j]).map((x, at) => x + rows[k][at]),
              [rank * width],
            ),
            absent: exact(rows[k], [rank * width]),
          },
        ];
      }),
    );
    const low = fuse("low-rank", factors as never, features, present);
    close(low.fused, fuse("tensor", params as never, features, present).fused);
  });

  it("keeps its product small, and refuses more modalities than that allows", () => {
    const many = (n: number) => Array.from({ length: n }, (_, i) => `m${i}`);
    for (const n of [1, 2, 3, 5, 10]) {
      const { core } = fusions.tensor.init(many(n), 64, () => random(1), false) as { core: NDArray };
      expect(core.shape[0]).toBeLessThanOrEqual(1024);
    }
    expect(() => initial("tensor", many(11))).toThrow(/fusion low-rank/);
  });
});

it("film modulates each modality by the others present", () => {
  const params = paramsOf("film") as Record<string, { scale: Record<string, NDArray>; shift: NDArray }>;
  const { fused } = fuse("film", params as never, features, present);
  for (let i = 0; i < 3; i++)
    for (let o = 0; o < width; o++) {
      const here = names.filter((key) => presence[key as "a"][i]);
      const terms = here.map((key) => {
        const others = here.filter((other) => other !== key);
        const mean = (of: (other: string) => number) =>
          others.reduce((sum, other) => sum + of(other), 0) / Math.max(1, others.length);
        const scale = mean((j) => times(h(j, i), params[j].scale.weight, o) + params[j].scale.bias.data[o]);
        return (1 + scale) * h(key, i)[o] + mean((j) => times(h(j, i), params[j].shift, o));
      });
      expect(fused[i * width + o]).toBeCloseTo(terms.reduce((a, b) => a + b) / here.length, 9);
    }
});
