/** Every command that writes, on a disk that becomes full: one error, what was there unchanged, and nothing half-written. */

import { execFileSync } from "node:child_process";
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { afterAll, expect, it } from "vitest";
import { metamodal } from "./support/cli.js";

const cwd = mkdtempSync(join(tmpdir(), "metamodal-full-"));
const disk = join(cwd, "disk");
mkdirSync(disk);
const canMount = tryMount();
afterAll(() => {
  if (canMount) execFileSync("umount", [disk]);
  rmSync(cwd, { recursive: true });
});

function tryMount(): boolean {
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=4m", "none", disk], { stdio: "ignore" });
    return true;
  } catch {
    console.warn("a small disk cannot be mounted here (that takes root on Linux): its tests are skipped");
    return false;
  }
}

cpSync("test/fixtures/2026-12-format-3/model", join(cwd, "model"), { recursive: true });
const examples = Array.from({ length: 36 }, (_, i) => ({
  id: `${i}`,
  label: `class ${i % 9}`,
  point: Array.from({ length: 4 }, (_, k) => Math.sin(i % 9) + 0.1 * Math.cos(7 * i + k)),
}));
writeFileSync(join(cwd, "points.jsonl"), examples.map((row) => `${JSON.stringify(row)}\n`).join(""));

const quick =
  "--steps 4 --way 2 --shot 1 --query 2 --set width=8 --set train.evalEvery=1 --set train.evalEpisodes=2";
/** Commands by the name of their output on the disk. */
const commands: Readonly<Record<string, string>> = {
  "points.task": "teach points.jsonl --out disk/points.task",
  "picture.svg": "teach points.jsonl --out points.task --picture disk/picture.svg",
  "points.model": `train points.jsonl ${quick} --out disk/points.model`,
  "adapted.task": "adapt trained.model --support points.jsonl --out disk/adapted.task",
  exported: "export trained.model --to onnx --way 2 --shot 1 --out disk/exported",
};

/** The files on the disk with their contents, but for the one that fills it. */
function contents(): Record<string, string> {
  const files = (readdirSync(disk, { recursive: true }) as string[]).filter((name) => name !== "filler");
  return Object.fromEntries(
    files
      .filter((name) => statSync(join(disk, name)).isFile())
      .map((name) => [name, readFileSync(join(disk, name)).toString("base64")]),
  );
}

/** Fill the disk but for some bytes. */
function fill(free: number): void {
  rmSync(join(disk, "filler"), { force: true });
  const blocks = Number(
    execFileSync("df", ["--output=avail", "-B1", disk], { encoding: "utf8" }).split("\n")[1],
  );
  writeFileSync(join(disk, "filler"), Buffer.alloc(Math.max(0, blocks - free)));
}

it.runIf(canMount)("no command loses or half-writes anything", { timeout: 400_000 }, async () => {
  const run = (line: string) => metamodal(line.split(" "), { cwd });
  expect(await run(`train points.jsonl ${quick} --out trained.model`)).toMatchObject({ code: 0 });
  for (const [name, line] of Object.entries(commands)) {
    for (const entry of readdirSync(disk)) rmSync(join(disk, entry), { recursive: true });
    expect(await run(line), line).toMatchObject({ code: 0 });
    const before = contents();
    const size = Object.values(before).reduce((sum, text) => sum + (3 / 4) * text.length, 0);
    let failed = 0;
    for (const free of [0, 4096, Math.ceil(size / 3), Math.ceil((2 * size) / 3)]) {
      fill(free);
      const { code, stderr } = await run(line);
      const left = (readdirSync(disk, { recursive: true }) as string[]).filter((each) =>
        each.includes(".metamodal-"),
      );
      expect(left, `${name}, ${free} bytes free`).toEqual([]);
      if (code === 0) continue;
      failed++;
      expect(stderr.trimEnd().split("\n").at(-1), `${name}, ${free} bytes free`).toMatch(
        /^error: .*(ENOSPC|no space)/,
      );
      if (!name.endsWith(".model")) expect(contents(), `${name}, ${free} bytes free`).toEqual(before);
      else expect(modelOf(contents()), `${name}, ${free} bytes free`).toEqual(modelOf(before));
    }
    expect(failed, relative(cwd, name)).toBeGreaterThan(0);
  }
});

const modelOf = (files: Record<string, string>) =>
  Object.fromEntries(Object.entries(files).filter(([name]) => name.startsWith("points.model/")));
