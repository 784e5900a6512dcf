import { expect, it } from "vitest";
import { orientedRows } from "./strokes-data.js";

const row = (split: string) => ({ id: "1", label: "a", split, strokes: [[[10, 20.5] as const]] });

it("train rows have eight orientations, each of another class; test rows are left out", () => {
  const rows = orientedRows([row("train"), row("val"), row("test")]);
  expect(rows).toHaveLength(9);
  expect(rows.at(-1)).toEqual(row("val"));
  expect(new Set(rows.map(({ label }) => label)).size).toBe(9);
  const points = rows.slice(0, 8).map(({ strokes }) => String(strokes[0][0]));
  expect(new Set(points).size).toBe(8);
  expect(points.slice(0, 2)).toEqual(["10,20.5", "84.5,10"]);
});
