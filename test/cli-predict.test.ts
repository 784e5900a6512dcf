/** `metamodal predict` of many examples, and of the likeliest classes. */

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { commandLine, jsonLines } from "./support/cli.js";

const cwd = mkdtempSync(join(tmpdir(), "metamodal-predict-"));
const metamodal = commandLine(cwd);
afterAll(() => rmSync(cwd, { recursive: true, force: true }));

const pointOf = (i: number) =>
  Array.from({ length: 3 }, (_, k) => Math.sin((i % 5) + k) + 0.1 * Math.cos(7 * i + k));
const write = (name: string, rows: readonly object[]) =>
  writeFileSync(join(cwd, name), rows.map((row) => `${JSON.stringify(row)}\n`).join(""));
const MANY = 9000;

beforeAll(async () => {
  write(
    "points.jsonl",
    Array.from({ length: 25 }, (_, i) => ({ id: `${i}`, label: `class ${i % 5}`, point: pointOf(i) })),
  );
  write("few.jsonl", [{ id: "a", point: pointOf(3) }]);
  write(
    "many.jsonl",
    Array.from({ length: MANY }, (_, i) => ({ id: `${i}`, point: pointOf(i) })),
  );
  expect(await metamodal("teach", "points.jsonl")).toMatchObject({ code: 0 });
});

it("prints the likeliest classes only, the first one first", async () => {
  const all = jsonLines(
    (await metamodal("predict", "points.task", "--input", "few.jsonl", "--json")).stdout,
  )[0];
  const { stdout } = await metamodal(
    "predict",
    "points.task",
    "--input",
    "few.jsonl",
    "--json",
    "--top",
    "2",
  );
  const [top] = jsonLines(stdout);
  const order = Object.entries<number>(all.probabilities).sort(([, a], [, b]) => b - a);
  expect(Object.entries(top.probabilities)).toEqual(order.slice(0, 2));
  const table = await metamodal("predict", "points.task", "--input", "few.jsonl", "--top", "2");
  expect(table.stdout).toMatch(/^id +label +probability +by +most like +then\n/);
  expect(table.stdout).toContain(order[1][0]);
  expect(await metamodal("predict", "points.task", "--input", "few.jsonl", "--top", "0")).toMatchObject({
    code: 2,
  });
});

it("predicts many examples as it predicts them in pieces", async () => {
  const { stdout, code } = await metamodal(
    "predict",
    "points.task",
    "--input",
    "many.jsonl",
    "--json",
    "--top",
    "1",
  );
  expect(code).toBe(0);
  const predictions = jsonLines(stdout);
  expect(predictions).toHaveLength(MANY);
  expect(predictions.map(({ id }) => id)).toEqual(Array.from({ length: MANY }, (_, i) => `${i}`));
  expect(predictions.filter(({ label }, i) => label === `class ${i % 5}`).length / MANY).toBeGreaterThan(
    0.99,
  );
});
