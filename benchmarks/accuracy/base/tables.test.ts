/** The comparison on tables: which tables it uses, and what it finds where the classes are clear, or not there. */

import { expect, it } from "vitest";
import { random } from "../../../src/base/random.js";
import type { Row } from "../../../src/index.js";
import { compareOnTables } from "./tables.js";

/** A table of two columns whose first one is the class times `distance`, with noise. */
function tableOf(name: string, classes: number, perClass: number, distance: number): Row[] {
  const { normal } = random(1, name);
  return Array.from({ length: classes * perClass }, (_, i) => ({
    id: `${name}/${i}`,
    label: `${i % classes}`,
    group: name,
    where: `${name}, row ${i}`,
    values: { table: { a: distance * (i % classes) + normal(), b: normal() } },
  }));
}

const compare = (...rows: Row[]) => compareOnTables({ modality: "table", columns: ["a", "b"], rows }, 3, 20);

it("uses the tables with enough rows of two classes", async () => {
  const rows = [...tableOf("few", 2, 3, 9), ...tableOf("clear", 3, 10, 30), ...tableOf("one", 1, 20, 9)];
  const { tables, base, logistic, difference } = await compare(...rows);
  expect(tables).toBe(1);
  expect(base.mean).toBeGreaterThan(0.85);
  expect(logistic.mean).toBeGreaterThan(0.85);
  expect(difference.mean).toBeCloseTo(base.mean - logistic.mean, 9);
});

it("finds both near chance without a difference between classes", async () => {
  const { base, logistic, difference } = await compare(...tableOf("noise", 2, 30, 0));
  for (const { mean } of [base, logistic]) expect(Math.abs(mean - 0.5)).toBeLessThan(0.15);
  expect(difference.halfWidth).toBeGreaterThan(0);
});
