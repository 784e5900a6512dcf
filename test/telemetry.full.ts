/** Nothing of what is run is kept or sent by the libraries beneath: no command leaves a file below a fresh home folder. */

import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { metamodal } from "./support/cli.js";
import { jsonl } from "./support/folders.js";

const cwd = mkdtempSync(join(tmpdir(), "metamodal-telemetry-"));
const home = mkdtempSync(join(tmpdir(), "metamodal-home-"));
afterAll(() => {
  for (const path of [cwd, home]) rmSync(path, { recursive: true });
});

/** A user who has set nothing. */
const env = {
  HOME: home,
  USERPROFILE: home,
  ORT_DISABLE_TELEMETRY: undefined,
  XDG_CACHE_HOME: undefined,
  XDG_CONFIG_HOME: undefined,
  XDG_DATA_HOME: undefined,
  XDG_STATE_HOME: undefined,
};

beforeAll(() => {
  const rows = Array.from({ length: 72 }, (_, i) => ({
    id: `${i}`,
    label: `k${i % 12}`,
    v: [i % 12, i % 5],
  }));
  mkdirSync(join(cwd, "data"));
  writeFileSync(join(cwd, "data/metadata.jsonl"), jsonl(...rows));
});

const tiny = ["--steps", "1", "--set", "width=4", "--set", "train.evalEpisodes=2"];

it.each([
  ["train", "data", "--way", "3", "--out", "m", ...tiny],
  ["evaluate", "m", "--data", "data", "--way", "2", "--query", "2", "--episodes", "3"],
  ["adapt", "m", "--support", "data", "--out", "t"],
  ["predict", "t", "--input", "data"],
  ["compare", "data", "--way", "2", "--query", "2", "--learners", "prototypical", "--episodes", "3", ...tiny],
  ["transfer", "data", "--steps", "1", "--methods", "l2-sp", "--lambda", "1"],
  ["data", "inspect", "data", "--picture", "sheet.png"],
  ["data", "audit", "data"],
  ["methods", "--json"],
  ["doctor", "--json"],
])("metamodal %s %s leaves no file in the home folder", async (...args) => {
  const { code, stderr } = await metamodal(args, { cwd, env });
  expect({ code, failed: stderr.includes("error") }).toEqual({ code: 0, failed: false });
  expect(readdirSync(home, { recursive: true })).toEqual([]);
});

it("neither does the library, whose threads are started before the runtime is loaded", () => {
  const script = `
    const { loadTask } = await import(process.argv[1]);
    const task = await loadTask("t", { threads: 2 });
    await Promise.all([task.predict({ v: [1, 2] }), task.predict({ v: [3, 4] })]);
    if (process.env.ORT_DISABLE_TELEMETRY !== "1") throw new Error("the variable is not set");
    process.exit(0);
  `;
  const entry = resolve("dist/bundle/index.js");
  execFileSync(process.execPath, ["--input-type=module", "-e", script, entry], {
    cwd,
    env: { ...process.env, ...env },
  });
  expect(readdirSync(home, { recursive: true })).toEqual([]);
});

it("is held where the runtime is loaded: nowhere but in threads that are started so, and on the main thread after it", () => {
  const sources = (readdirSync("src", { recursive: true }) as string[])
    .filter((file) => /\.(ts|mjs)$/.test(file) && !file.endsWith(".test.ts"))
    .map((file) => [file, readFileSync(join("src", file), "utf8")] as const);
  const naming = (pattern: RegExp) => sources.filter(([, text]) => pattern.test(text)).map(([file]) => file);
  expect(
    naming(/from "onnxruntime-node"|import\("onnxruntime-node"\)/).every((file) => file.endsWith(".mjs")),
  ).toBe(true);
  // The workers of a page do not load it, nor do those of Parquet files and of reports.
  const threads = [
    "data/formats/parquet.ts",
    "engine/run/worker-thread.ts",
    "engine/run/worker-thread.web.ts",
    "serve/report-threads.ts",
    "web/start-worker.ts",
  ];
  expect(naming(/new Worker\(/).sort()).toEqual(threads);
  expect(naming(/import\("\.\/worker-programs\.mjs"\)/)).toEqual(["engine/run/inline.ts"]);
});
