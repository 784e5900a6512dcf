/** `metamodal runs`: list, show, compare, tensorboard and rm on the runs of two trainings. */

import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, it } from "vitest";
import { lock } from "../src/runs/lock.js";
import { isolatedCommandLine } from "./support/cli.js";

const { cwd, run: metamodal } = isolatedCommandLine("metamodal-cli-runs-");

const rows = Array.from({ length: 36 }, (_, i) => ({
  label: `class ${i % 9}`,
  point: Array.from({ length: 4 }, (_, k) => Math.sin(i % 9) + 0.1 * Math.cos(7 * i + k)),
}));

beforeAll(async () => {
  writeFileSync(join(cwd, "points.jsonl"), rows.map((row) => `${JSON.stringify(row)}\n`).join(""));
  mkdirSync(join(cwd, "runs"));
  const quick = ["--way", "2", "--shot", "1", "--query", "2", "--steps", "2", "--set", "width=4"];
  for (const rate of ["0.01", "0.1"])
    expect(
      await metamodal(
        ...["train", "points.jsonl", ...quick, "--set", `train.learningRate=${rate}`],
        ...["--set", "train.evalEpisodes=2", "--out", `runs/${rate}.model`],
      ),
    ).toMatchObject({ code: 0 });
});

it("lists runs, with filters", async () => {
  const { stdout } = await metamodal("runs", "list", "runs");
  expect(stdout).toMatch(/^run +state +started/);
  expect(stdout).toMatch(/^0\.01\.model +finished .* point +prototypical +2\/2 /m);
  const none = await metamodal("runs", "list", "runs", "--learner", "maml", "--json");
  expect(JSON.parse(none.stdout)).toEqual({ runs: [], damaged: [] });
  const some = await metamodal("runs", "list", "runs", "--data", "points", "--state", "finished", "--json");
  expect(JSON.parse(some.stdout).runs).toHaveLength(2);
});

it("shows a run by its model, with a picture", async () => {
  const { stdout, code } = await metamodal("runs", "show", "runs/0.1.model", "--picture", "curves.svg");
  expect(code).toBe(0);
  expect(stdout).toContain('"learningRate":0.1');
  expect(readFileSync(join(cwd, "curves.svg"), "utf8")).toContain("<polyline");
});

it("compares runs by what differs", async () => {
  const { stdout } = await metamodal("runs", "compare", "runs");
  expect(stdout.split("\n")[0]).toMatch(/^run +state +step +validation +train\.learningRate$/);
});

it("writes event files, which a second call replaces, and nothing else", async () => {
  for (let i = 0; i < 2; i++) {
    expect(await metamodal("runs", "tensorboard", "runs", "--out", "logs")).toMatchObject({ code: 0 });
    expect(readdirSync(join(cwd, "logs")).sort()).toEqual(["0.01.model", "0.1.model"]);
  }
  expect(await metamodal("runs", "tensorboard", "runs", "--out", "runs")).toMatchObject({ code: 2 });
});

it("names a damaged run, and shows the others", async () => {
  for (const [i, line] of ["not JSON", "7", '{"no":"type"}'].entries()) {
    const path = join(cwd, "runs", `damaged-${i}.model.run`);
    mkdirSync(path);
    writeFileSync(join(path, "events.jsonl"), `{"type":"data","path":"x"}\n${line}\n`);
    for (const command of ["list", "compare", "reindex"]) {
      const { code, stdout, stderr } = await metamodal("runs", command, "runs", "--json");
      expect(code).toBe(0);
      expect(stderr).toMatch(
        new RegExp(`a run is left out: .*damaged-${i}.*events\\.jsonl:2: the line is no`),
      );
      const { runs, damaged } = JSON.parse(stdout);
      expect(typeof runs === "number" ? runs : runs.length).toBe(2);
      expect(damaged).toMatchObject([{ path }]);
    }
    expect(await metamodal("runs", "tensorboard", "runs", "--out", "logs-2")).toMatchObject({ code: 0 });
    expect(await metamodal("runs", "list", path)).toMatchObject({ code: 2 });
    rmSync(path, { recursive: true });
  }
});

it("asks for one run where a folder holds several", async () => {
  const { code, stderr } = await metamodal("runs", "show", "runs");
  expect(code).toBe(2);
  expect(stderr).toMatch(/the folder holds 2 runs: \S+0\.01\.model\.run, \S+0\.1\.model\.run/);
});

it("removes a run that no process has open, and leaves the model", async () => {
  const path = join(cwd, "runs/0.1.model.run");
  const unlock = lock(path)!;
  const refused = await metamodal("runs", "rm", "runs/0.1.model");
  expect(refused).toMatchObject({ code: 2, stderr: expect.stringContaining("another process") });
  unlock();
  expect(await metamodal("runs", "rm", "runs/0.1.model")).toMatchObject({ code: 0 });
  expect([existsSync(path), existsSync(join(cwd, "runs/0.1.model"))]).toEqual([false, true]);
  expect((await metamodal("runs", "reindex", "runs")).stdout).toBe("indexed  1 run\n");
});

it("says where there is no run", async () => {
  for (const words of [
    ["list", "cache"],
    ["show", "nothing"],
    ["rm", "points.jsonl"],
  ])
    expect(await metamodal("runs", ...words)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("there is no"),
    });
});
