import { expect, it } from "vitest";
import { createDataset } from "../../src/data/dataset.js";
import { loadTable, planModalities, type Table } from "../../src/episode/index.js";
import { without } from "./lacking.js";
import { logistic } from "./logistic.js";
import { tfIdf } from "./tf-idf.js";

async function tableOf(examples: object[], declared: object): Promise<Table> {
  const data = createDataset({ name: "rivals", examples: examples as never, modalities: declared as never });
  return loadTable(data.rows, await planModalities(data, undefined, data.rows));
}

const items = (...pairs: [row: number, label: number][]) => pairs.map(([row, label]) => ({ row, label }));
const episode = { classes: ["a", "b"], support: items([0, 0], [1, 1]), query: items([2, 0], [3, 1]) };

it("tf-idf goes by what is rare, not by what every text says", async () => {
  const texts = [
    "what is the weather",
    "what is my balance",
    "weather",
    "what is the balance",
    ...Array(8).fill("what is the"),
  ];
  const table = await tableOf(
    texts.map((text, i) => ({ label: `${i}`, text })),
    { text: { kind: "text" } },
  );
  expect(tfIdf(table, episode)).toEqual([0, 1]);
});

it("logistic regression is the same in any units, and not moved by columns that are constant or absent", async () => {
  const rows = [
    [0.1, 0.9],
    [0.8, 0.3],
    [0.3, 0.8],
    [0.7, 0.2],
  ];
  const columns = ["x1", "x2", "x3", "x4"];
  const answer = async (cells: object[]) =>
    logistic(
      await tableOf(
        [...cells, { x1: 0, x2: 0, x3: 1, x4: 1 }].map((table, i) => ({ label: `${i}`, table })),
        { table: { kind: "tabular", columns, standardise: false } },
      ),
      episode,
    );
  expect(await answer(rows.map(([x1, x2]) => ({ x1, x2 })))).toEqual([0, 1]);
  expect(await answer(rows.map(([x1, x2]) => ({ x1: 1e6 + 1e5 * x1, x2: -x2, x3: 5 })))).toEqual([0, 1]);
});

it("takes as many modalities from every row as it is told to, and other ones from others", async () => {
  const names = ["p", "q", "r", "s"];
  const examples = Array.from({ length: 40 }, (_, i) => ({
    label: `${i}`,
    ...Object.fromEntries(names.map((name) => [name, [i, 1]])),
  }));
  const table = await tableOf(examples, Object.fromEntries(names.map((name) => [name, { kind: "vector" }])));
  const { columns } = without(table, 2);
  const kept = table.rows.map((_, i) => names.filter((name) => columns[name].present[i]).join());
  expect(kept.every((own) => own.split(",").length === 2)).toBe(true);
  expect(new Set(kept).size).toBe(6);
  expect(names.every((name) => table.columns[name].present.every((has) => has === 1))).toBe(true);
});
