import { describe, expect, it } from "vitest";
import { modalities } from "./index.js";
import { vector } from "./vector.js";

const samples = (...values: unknown[]) => values.map((value, i) => ({ value, where: `row ${i + 1}` }));
const plan = (values: unknown[], options = {}) => vector.plan(samples(...values), options, "card");

describe("vector", () => {
  it("standardises each dimension by the train rows, and leaves alone what never varies", async () => {
    const spec = await plan([
      [1, 0.1, -4],
      [3, 0.1, 8],
      [8, 0.1, 2],
    ]);
    expect(spec).toMatchObject({ kind: "vector", shape: [3] });
    expect(spec.mean[0]).toBeCloseTo(4, 12);
    expect(spec.std[0]).toBeCloseTo(Math.sqrt(26 / 3), 12);
    expect(spec.std[1]).toBe(1);
    const [a, b, c] = await vector.encode([4, 1.1, 2], spec, "x");
    expect([a, c]).toEqual([0, 0]);
    expect(b).toBeCloseTo(1, 6);
  });

  it("takes values as they are where told to", async () => {
    const spec = await plan([[1], [3]], { standardise: false });
    expect(spec).toEqual({ kind: "vector", shape: [1], mean: [0], std: [1] });
    expect(await vector.encode([2.5], spec, "x")).toEqual(Float32Array.of(2.5));
  });

  it("standardises by one deviation where told to, which keeps distances in proportion", async () => {
    const rows = [
      [1, 0.1, -4],
      [3, 0.1, 8],
      [8, 0.1, 2],
    ];
    const spec = await plan(rows, { standardise: "whole" });
    const whole = Math.sqrt((26 / 3 + 0 + 24) / 3);
    expect(spec.std).toEqual(Array(3).fill(expect.closeTo(whole, 12)));
    expect(spec.mean[2]).toBeCloseTo(2, 12);
    expect(await plan([[2], [2]], { standardise: "whole" })).toMatchObject({ std: [1] });
  });

  it("takes histograms by their roots, so that distances are Hellinger's in proportion", async () => {
    const histograms = [
      [0.25, 0.75, 0],
      [0.5, 0.25, 0.25],
      [0, 0.64, 0.36],
    ];
    const spec = await plan(histograms);
    expect(spec.root).toBe(true);
    const encoded = await Promise.all(histograms.map((value) => vector.encode(value, spec, "x")));
    const distance = (a: ArrayLike<number>, b: ArrayLike<number>) =>
      Math.hypot(...Array.from(a, (x, k) => x - b[k]));
    const hellinger = (i: number, j: number) =>
      distance(histograms[i].map(Math.sqrt), histograms[j].map(Math.sqrt));
    expect(distance(encoded[0], encoded[1]) / distance(encoded[0], encoded[2])).toBeCloseTo(
      hellinger(0, 1) / hellinger(0, 2),
      5,
    );
    expect(vector.spec.safeParse(JSON.parse(JSON.stringify(spec))).success).toBe(true);
  });

  it.each([
    [
      "no histograms: a number below 0",
      [
        [0.5, 0.5],
        [-0.5, 1.5],
      ],
      {},
    ],
    [
      "no histograms: sums that differ",
      [
        [0.5, 0.5],
        [0.5, 0.6],
      ],
      {},
    ],
    [
      "histograms that are not to be",
      [
        [0.5, 0.5],
        [0.2, 0.8],
      ],
      { root: false },
    ],
  ])("takes no roots of %s", async (_, rows, options) => {
    expect((await plan(rows, options)).root).toBeUndefined();
  });

  it("takes the root of a number below 0 with its sign", async () => {
    const spec = await plan([[-4], [9]], { root: true, standardise: false });
    expect(await vector.encode([-16], spec, "x")).toEqual(Float32Array.of(-4));
  });

  it("takes lists, Float32Array and Float64Array alike", async () => {
    const spec = await plan([Float32Array.of(1, 2), Float64Array.of(3, 4), [5, 9]]);
    const expected = await vector.encode([3, 5], spec, "x");
    for (const Type of [Float32Array, Float64Array])
      expect(await vector.encode(Type.of(3, 5), spec, "x")).toEqual(expected);
  });

  it.each<[unknown, RegExp]>([
    [[1, Number.NaN], /^row 1: number 1 is NaN; expected .*finite.*\. Correct/],
    [Float32Array.of(Infinity), /^row 1: number 0 is Infinity/],
    [[1e300], /^row 1: number 0 is 1e\+300; expected .*float32/],
    [[1, null], /^row 1: number 1 is null/],
    [[], /^row 1: the list is empty/],
    [Int8Array.of(1), /^row 1: a value of type object is not a list of numbers/],
    ["1, 2", /^row 1: a value of type string/],
  ])("refuses %o", async (value, says) => {
    expect(() => vector.check(value, "row 1")).toThrow(says);
    await expect(plan([value])).rejects.toThrow(says);
  });

  it("names the row whose length differs", async () => {
    await expect(plan([[1, 2], [3, 4], [5]])).rejects.toThrow(
      "row 3: the vector has 1 numbers; expected 2, as in row 1. Correct the row",
    );
    const spec = await plan([[1, 2]]);
    await expect(vector.encode([1], spec, "here")).rejects.toThrow(
      "here: the vector has 1 numbers; expected 2, as the model was trained on",
    );
  });

  it("refuses options it does not have", async () => {
    await expect(plan([[1]], { standardise: "no" })).rejects.toThrow(
      /^card\.standardise: .* true, false or "whole"/,
    );
    await expect(plan([[1]], { size: 1 })).rejects.toThrow(/only the options standardise, root/);
  });

  it("reads back what it stores, and nothing else", async () => {
    const spec = JSON.parse(JSON.stringify(await plan([[1, 2]])));
    const { spec: stored } = modalities.vector!;
    expect(stored.safeParse(spec).success).toBe(true);
    expect(stored.safeParse({ ...spec, std: [1] }).success).toBe(false);
    expect(stored.safeParse({ ...spec, std: [1, 0] }).success).toBe(false);
  });
});
