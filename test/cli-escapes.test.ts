/** No name in the data reaches the terminal as a command to it, whatever verb prints it. */

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { commandLine } from "./support/cli.js";
import { jsonl } from "./support/folders.js";

const cwd = mkdtempSync(join(tmpdir(), "metamodal-escapes-"));
afterAll(() => rmSync(cwd, { recursive: true }));
const run = commandLine(cwd);

const odd = "a\x1b[31m\x1b]0;owned\x07\u202eb\x9bc";
const tiny = ["--way", "2", "--steps", "1", "--threads", "1", "--set", "width=4"];
const data = `data ${odd}`;

beforeAll(() => {
  const rows = Array.from({ length: 48 }, (_, i) => ({
    id: `${odd}\n${i}`,
    label: `${odd}\n${i % 12}`,
    text: `${odd} ${i % 7}`,
  }));
  mkdirSync(join(cwd, data));
  writeFileSync(join(cwd, data, "metadata.jsonl"), jsonl(...rows));
  writeFileSync(join(cwd, data, "dataset.json"), JSON.stringify({ name: `${odd}\n`, licence: odd }));
  writeFileSync(join(cwd, `${odd}.txt`), odd);
});

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for.
const raw = /[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]/;

it.each([
  ["train", data, "--out", `m${odd}`, ...tiny],
  ["train", data, "--out", `json${odd}`, "--json", ...tiny],
  ["evaluate", `m${odd}`, "--data", data, "--way", "2", "--query", "2", "--episodes", "3"],
  ["adapt", `m${odd}`, "--support", data, "--out", `t${odd}`],
  ["predict", `t${odd}`, "--input", data],
  ["predict", `t${odd}`, "--input", `${odd}.txt`, "--json"],
  ["predict", `t${odd}`, "--input", `${odd}.nothing`],
  ["transfer", data, "--steps", "1", "--methods", "l2-sp", "--lambda", "1"],
  ["data", "inspect", data, "--picture", `p${odd}.svg`],
  ["data", "audit", data],
  ["data", "audit", data, "--json"],
  ["train", odd],
  [odd],
  ["train", data, `--${odd}`],
  ["train", data, "--set", `${odd}=1`],
])("metamodal %j %j", async (...args) => {
  const { stdout, stderr } = await run(...args);
  expect(stdout).not.toMatch(raw);
  expect(stderr).not.toMatch(raw);
  expect(stdout + stderr).not.toBe("");
  if (args.includes("--json")) for (const line of stdout.trim().split("\n")) JSON.parse(line);
  if (args[0] === "predict" && args[3] === data) expect(stdout.trimEnd().split("\n")).toHaveLength(49);
});
