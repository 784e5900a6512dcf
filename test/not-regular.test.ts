/** Pipes and devices where a file is expected: one clear error, and no waiting for bytes that never come. */

import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { metamodal } from "./support/cli.js";

const cwd = mkdtempSync(join(tmpdir(), "metamodal-pipes-"));
afterAll(() => rmSync(cwd, { recursive: true }));
cpSync("test/fixtures/2026-12-format-3/model", join(cwd, "model"), { recursive: true });
for (const folder of ["data", "pictures/a", "pictures/b", "piped-model", "piped-task"])
  mkdirSync(join(cwd, folder), { recursive: true });
const pipes = [
  "pipe",
  "pipe.jsonl",
  "pipe.png",
  "data/metadata.jsonl",
  "piped-model/model.json",
  "piped-task/task.json",
];
const isPosix = process.platform !== "win32" && existsSync("/dev/zero");
if (isPosix)
  execFileSync(
    "mkfifo",
    pipes.map((path) => join(cwd, path)),
  );

it
  .runIf(isPosix)
  .each([
    "train pipe --out m",
    "train /dev/zero --out m",
    "train data --out m",
    "teach pipe",
    "teach data",
    "data inspect pipe.jsonl",
    "data inspect /dev/zero",
    "evaluate pipe --data pictures",
    "evaluate model --data pipe.jsonl",
    "adapt piped-model --support pictures --out t",
    "predict piped-task --input pipe.png",
    "predict pipe --input pipe.png",
  ])(
  "metamodal %s",
  async (line) => {
    const args = line.split(" ");
    const { code, stderr } = await metamodal(args, { cwd });
    expect(code, stderr).toBe(2);
    expect(stderr).toMatch(/^error: /);
    expect(stderr.trimEnd()).not.toContain("\n");
  },
  20_000,
);
