import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { openDataset } from "../../data/index.js";
import { loadTable, planModalities } from "../../episode/index.js";
import { tabular } from "./tabular.js";

const samples = (...values: unknown[]) => values.map((value, i) => ({ value, where: `row ${i + 1}` }));
const plan = (values: unknown[], options = {}) => tabular.plan(samples(...values), options, "card");

/** The cells of a row as [number, presence, category] by column. */
async function cellsOf(value: unknown, spec: Awaited<ReturnType<typeof plan>>) {
  const out = await tabular.encode(value, spec, "x");
  const count = spec.columns.length;
  return Object.fromEntries(
    spec.columns.map(({ name }, c) => [name, [0, 1, 2].map((k) => out[k * count + c])]),
  );
}

describe("tabular", () => {
  it("standardises numbers by the train cells that are there, and numbers categories through all columns", async () => {
    const spec = await plan([
      { age: 20, colour: "red", wet: true },
      { age: "40", colour: "blue" },
      { colour: "red", age: null, wet: false },
    ]);
    expect(spec).toEqual({
      kind: "tabular",
      shape: [3, 3],
      columns: [
        { name: "age", mean: 30, std: 10 },
        { name: "colour", first: 1, values: ["blue", "red"] },
        { name: "wet", first: 3, values: ["false", "true"] },
      ],
    });
    expect(await cellsOf({ age: 45, colour: "red", wet: true }, spec)).toEqual({
      age: [1.5, 1, 0],
      colour: [0, 1, 2],
      wet: [0, 1, 4],
    });
  });

  it("tells a missing cell from the mean, and an unknown category from both", async () => {
    const spec = await plan([
      { a: 1, b: "x" },
      { a: 3, b: "y" },
    ]);
    expect(await cellsOf({ a: 2, b: "z" }, spec)).toEqual({ a: [0, 1, 0], b: [0, 1, 0] });
    expect(await cellsOf({ a: "", b: "x" }, spec)).toEqual({ a: [0, 0, 0], b: [0, 1, 1] });
    expect(await cellsOf({ b: "y", other: 7 }, spec)).toEqual({ a: [0, 0, 0], b: [0, 1, 2] });
  });

  it("takes numbers for categories where told to, and a column that never varies as it is", async () => {
    const spec = await plan(
      [
        { zip: 8001, n: 5 },
        { zip: 8001, n: 5 },
      ],
      { categorical: ["zip"] },
    );
    expect(spec.columns).toEqual([
      { name: "zip", first: 1, values: ["8001"] },
      { name: "n", mean: 5, std: 1 },
    ]);
  });

  it("is formed by the columns that dataset.json lists, in CSV and JSON lines alike", async () => {
    const card = { modalities: { body: { kind: "tabular", columns: ["w", "kind"] } } };
    const open = async (file: string, content: string) => {
      const path = await mkdtemp(join(tmpdir(), "metamodal-tabular-"));
      await writeFile(join(path, "dataset.json"), JSON.stringify(card));
      await writeFile(join(path, file), content);
      const { rows, ...data } = await openDataset(path);
      const specs = await planModalities({ rows, ...data }, undefined, rows);
      return { specs, columns: (await loadTable(rows, specs)).columns };
    };
    const csv = await open("metadata.csv", "label,w,kind\na,1,oak\nb,2.5,\nd,4,elm\n");
    const rows = [
      { label: "a", w: 1, kind: "oak" },
      { label: "b", w: 2.5, kind: null },
      { label: "d", w: 4, kind: "elm" },
    ];
    const lines = await open("metadata.jsonl", rows.map((row) => JSON.stringify(row)).join("\n"));
    expect(csv).toEqual(lines);
    expect(csv.specs.body.shape).toEqual([3, 2]);
  });

  it.each<[unknown, RegExp]>([
    [[1], /^row 1: an array is not a row of cells/],
    [{ a: null, b: "" }, /^row 1: there is no cell/],
    [{ a: [1] }, /^row 1: the cell "a" is \[1\]/],
  ])("refuses %j", async (value, says) => {
    expect(() => tabular.check(value, "row 1")).toThrow(says);
    await expect(plan([value])).rejects.toThrow(says);
  });

  it("reads cells later as it read the train cells", async () => {
    const cells = ["5,1 €", "4,9 €", "NA"].map((price, i) => ({
      price,
      day: `0${i + 1}.12.2024`,
      up: `${29 + i}.01.2024`,
    }));
    const spec = await plan(cells, { columns: ["price", { name: "day", order: "DMY" }, "up"] });
    expect(spec.columns).toMatchObject([
      { name: "price", mean: 5, read: { type: "number", decimal: ",", unit: "€" } },
      { name: "day", read: { type: "date", order: "DMY", unit: "days" } },
      { name: "up", read: { type: "date", order: "DMY", unit: "days" } },
    ]);
    expect(tabular.spec.safeParse(spec).success).toBe(true);
    expect((await cellsOf({ price: "5,2 €", day: "-", up: "31.01.2024" }, spec)).price[0]).toBeCloseTo(2);
    expect((await cellsOf({ price: "?", day: 20_000 }, spec)).price).toEqual([0, 0, 0]);
    await expect(tabular.encode({ price: "5.2" }, spec, "x")).rejects.toThrow(
      /^x: the cell "price" is "5\.2"; expected a num/,
    );
  });

  it("names a train cell that is no number among numbers", async () => {
    const cells = [1, 2, 3, Number.POSITIVE_INFINITY].map((a) => ({ a }));
    await expect(plan(cells)).rejects.toThrow(
      /^row 4, field "a": the cell "a" is Infinity, and the column holds num/,
    );
  });

  it("says which column has no train cell, and which name is none", async () => {
    await expect(plan([{ a: 1 }], { columns: ["a", "b"] })).rejects.toThrow(
      /^card\.columns: no train row has a cell "b"/,
    );
    await expect(plan([{ a: 1 }], { categorical: ["c"] })).rejects.toThrow(
      /no column "c"; expected some of a/,
    );
  });
});
