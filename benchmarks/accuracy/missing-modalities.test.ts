import { expect, it } from "vitest";
import { tableOf } from "../../test/support/baseline-episode.js";
import { removeModalities } from "./missing-modalities.js";

it("removes the given number of modalities from every row, in all combinations", async () => {
  const names = ["p", "q", "r", "s"];
  const examples = Array.from({ length: 40 }, (_, i) => ({
    label: `${i}`,
    ...Object.fromEntries(names.map((name) => [name, [i, 1]])),
  }));
  const table = await tableOf(examples, Object.fromEntries(names.map((name) => [name, { kind: "vector" }])));
  const { columns } = removeModalities(table, 2);
  const present = table.rows.map((_, i) => names.filter((name) => columns[name].present[i]).join());
  expect(present.every((combination) => combination.split(",").length === 2)).toBe(true);
  expect(new Set(present).size).toBe(6);
  expect(names.every((name) => table.columns[name].present.every((flag) => flag === 1))).toBe(true);
});
