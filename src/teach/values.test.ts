/** Vectors of tables and number lists: missing cells, categories, and values that the support does not have. */

import { describe, expect, it } from "vitest";
import { ValueSpaces } from "./values.js";

const kinds = {
  table: { kind: "tabular", options: {} },
  numbers: { kind: "vector", options: {} },
} as const;

const tables = [
  { size: 1, colour: "red" },
  { size: 2, colour: "blue" },
  { size: 3, colour: "red" },
  { size: 4, colour: "blue" },
];
const support = tables.map((table, i) => ({ id: String(i), values: { table, numbers: [i, 5, -i] } }));
const valued = (values: (typeof support)[number]["values"] | Record<string, never>) => ({
  id: "new",
  values,
});

describe("ValueSpaces", async () => {
  const spaces = await ValueSpaces.of(support, kinds);
  const linear = async (table: Record<string, string | number>) =>
    (await spaces.vectors({ id: "new", values: { table } }))["table/linear"];

  it("has a linear and a kernel vector for each modality that an example has", async () => {
    const names = Object.keys(await spaces.vectors(support[0])).sort();
    expect(names).toEqual(["numbers/kernel", "numbers/linear", "table/kernel", "table/linear"]);
    expect(await spaces.vectors(valued({}))).toEqual({});
  });

  it("standardises numbers by the support and bounds outliers", async () => {
    const sizes = await Promise.all(
      [1, 2, 3, 4].map(async (size) => (await linear({ size, colour: "red" }))[0]),
    );
    expect(sizes[0] + sizes[3]).toBeCloseTo(0, 6);
    expect(sizes[1]).toBeGreaterThan(sizes[0]);
    const [outlier] = await linear({ size: 1e6, colour: "red" });
    expect(outlier).toBeCloseTo(3 / Math.sqrt(2), 5);
  });

  it("has one number per category, and none for a category that is new", async () => {
    const [red, blue, green] = await Promise.all(
      ["red", "blue", "green"].map((colour) => linear({ size: 2, colour })),
    );
    const categories = (vector: Float32Array) => [...vector.slice(2, 4)].map((x) => Number(x > 0));
    expect(categories(red).toSorted()).toEqual([0, 1]);
    expect(categories(blue)).toEqual(categories(red).toReversed());
    expect(categories(green)).toEqual([0, 0]);
  });

  it("has 0 for a missing cell", async () => {
    expect((await linear({ colour: "red" }))[0]).toBe(0);
    const { "table/kernel": kernel } = await spaces.vectors({ id: "new", values: { table: { size: 2 } } });
    expect(kernel.every(Number.isFinite)).toBe(true);
  });

  it("has 0 for a number that does not vary", async () => {
    const { "numbers/linear": vector } = await spaces.vectors(support[0]);
    expect(vector[1]).toBeCloseTo(0, 6);
  });

  it("refuses a list of another length", async () => {
    const longer = { id: "new", values: { numbers: [1, 2, 3, 4] } };
    await expect(spaces.vectors(longer)).rejects.toMatchObject({ where: expect.stringContaining("numbers") });
  });
});
