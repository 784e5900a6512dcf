/** What killed processes leave beside a path, and what other processes are writing there. */

import { spawnSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { asideOf, clearAside } from "./aside.js";
import { writeWhole } from "./write.js";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "metamodal-aside-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** The identifier of a process that has ended. */
const ended = spawnSync(process.execPath, ["-e", ""]).pid;
const byEnded = (name: string) => name.replace(`-${process.pid}-`, `-${ended}-`);

it("drafts of an ended process are removed, those of a running one and of another path stay", async () => {
  const path = join(folder, "model");
  const own = asideOf(path, "writing");
  const others = byEnded(asideOf(join(folder, "other"), "writing"));
  const left = byEnded(asideOf(path, "writing"));
  for (const each of [own, others]) writeFileSync(each, "");
  mkdirSync(left);
  writeFileSync(join(left, "file"), "");
  await writeWhole(path, "contents");
  expect(readFileSync(path, "utf8")).toBe("contents");
  expect(existsSync(left)).toBe(false);
  expect([own, others].every((each) => existsSync(each))).toBe(true);
});

it("what was moved aside is given, the newest first, and a write that fails brings it back", async () => {
  const path = join(folder, "model");
  const old = byEnded(asideOf(path, "old"));
  writeFileSync(path, "earlier");
  renameSync(path, old);
  expect(clearAside(path)).toEqual([old]);
  await expect(writeWhole(join(folder, "model"), undefined as unknown as string)).rejects.toThrow();
  expect(readdirSync(folder)).toEqual(["model"]);
  expect(readFileSync(path, "utf8")).toBe("earlier");
});
