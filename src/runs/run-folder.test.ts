/** What stays of a finished run that another one was to replace. */

import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { asideOf } from "../base/aside.js";
import { RunFolder } from "./run-folder.js";

let parent: string;
beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), "metamodal-run-"));
});
afterEach(() => rmSync(parent, { recursive: true, force: true }));

function write(path: string, checkpoint?: string): void {
  mkdirSync(path);
  writeFileSync(join(path, "events.jsonl"), '{"type":"data"}\n');
  if (checkpoint) writeFileSync(join(path, checkpoint), "");
}

const old = "image.step-9.checkpoint.safetensors";

/** A run without a checkpoint, for which a process that was killed had moved a finished one aside. */
function killedReplacement(path: string): void {
  write(path, old);
  const ended = spawnSync(process.execPath, ["-e", ""]).pid;
  renameSync(path, asideOf(path, "old").replace(`-${process.pid}-`, `-${ended}-`));
  write(path);
}

it("returns if the replacement that is resumed gets no checkpoint", () => {
  const path = join(parent, "a.run");
  killedReplacement(path);
  const run = new RunFolder(path);
  run.open(true);
  expect(run.canResume).toBe(false);
  run.close();
  expect(existsSync(join(path, old))).toBe(true);
  expect(readdirSync(parent)).toEqual(["a.run"]);
});

it("goes when the replacement has a checkpoint", () => {
  const path = join(parent, "a.run");
  killedReplacement(path);
  const run = new RunFolder(path);
  run.open(true);
  writeFileSync(join(path, "image.step-1.checkpoint.safetensors"), "");
  run.close();
  expect(readdirSync(path).sort()).toEqual(["events.jsonl", "image.step-1.checkpoint.safetensors"]);
  expect(readdirSync(parent)).toEqual(["a.run"]);
});

/** Start a run that ends with an error before its first checkpoint. */
function fail(path: string, resume = false): string | undefined {
  const run = new RunFolder(path);
  run.open(resume);
  run.append({ type: "start" });
  run.append({ type: "error" });
  return run.close();
}

it("and a failed run is kept beside it, as often as it fails", () => {
  const path = join(parent, "a.model.run");
  write(path, old);
  writeFileSync(join(path, "events.jsonl"), '{"type":"data"}\n{"type":"model"}\n');
  expect(fail(path)).toBe(join(parent, "a.model.failed.run"));
  expect(fail(path)).toBe(join(parent, "a.model.failed-2.run"));
  expect(readdirSync(path).sort()).toEqual(["events.jsonl", old]);
  expect(readdirSync(parent).sort()).toEqual(["a.model.failed-2.run", "a.model.failed.run", "a.model.run"]);
});

it("a failed run without a checkpoint is kept, replaced and removed with its failures", () => {
  const path = join(parent, "a.run");
  const failures = join(path, "failures");
  expect(fail(path)).toBeUndefined();
  mkdirSync(failures);
  writeFileSync(join(failures, "image.step-1.failure.safetensors"), "");
  expect(fail(path)).toBeUndefined();
  expect(readdirSync(path)).toEqual(["events.jsonl"]);
  expect(readdirSync(parent)).toEqual(["a.run"]);
  mkdirSync(failures);
  writeFileSync(join(failures, "image.step-1.failure.safetensors"), "");
  new RunFolder(path).remove();
  expect(readdirSync(parent)).toEqual([]);
});

it("an aborted run without a checkpoint goes", () => {
  const run = new RunFolder(join(parent, "a.run"));
  run.open(false);
  run.append({ type: "start" });
  expect(run.close()).toBeUndefined();
  expect(readdirSync(parent)).toEqual([]);
});
