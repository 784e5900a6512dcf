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
    await expect(plan([[1]], { standardise: "no" })).rejects.toThrow(/^card\.standardise: .* true or false/);
    await expect(plan([[1]], { size: 1 })).rejects.toThrow(/only the options standardise/);
  });

  it("reads back what it stores, and nothing else", async () => {
    const spec = JSON.parse(JSON.stringify(await plan([[1, 2]])));
    const { spec: stored } = modalities.vector!;
    expect(stored.safeParse(spec).success).toBe(true);
    expect(stored.safeParse({ ...spec, std: [1] }).success).toBe(false);
    expect(stored.safeParse({ ...spec, std: [1, 0] }).success).toBe(false);
  });
});
