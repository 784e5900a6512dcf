/** Commands that take a model or a task name the path where there is none. */

import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { metamodal } from "./support/cli.js";

const folder = mkdtempSync(join(tmpdir(), "cli-nothing-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const fruit = join(process.cwd(), "datasets/emoji/fruit");
const verbs: readonly (readonly [verb: string, ...more: string[]])[] = [
  ["predict", "--input", fruit],
  ["export", "--to", "onnx", "--out", "out"],
  ["evaluate", "--data", fruit],
  ["adapt", "--support", fruit, "--out", "out"],
  ["serve", "--port", "0"],
];
const cases = verbs.flatMap(([verb, ...more]) =>
  ["none.task", "none.model", "none/of/these"].map((path) => [verb, path, more] as const),
);

it.each(cases)("%s %s", async (verb, path, more) => {
  const { code, stdout, stderr } = await metamodal([verb, path, ...more], { cwd: folder });
  expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  expect(stderr.trim().split("\n").at(-1)).toMatch(
    `error: ${path}: there is no such file or folder; expected`,
  );
  expect(readdirSync(folder)).toEqual([]);
});
