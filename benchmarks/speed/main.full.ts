/** `npm run bench` on the smallest workloads, without peers. Needs `npm run build` first. */

import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type Report, summaryOf } from "./report.js";

const bench = (...args: string[]) =>
  promisify(execFile)(process.execPath, ["dist/benchmarks/speed/main.js", ...args]).catch((error) => error);

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "metamodal-bench-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const short = ["--peers", "none", "--rounds", "1", "--budget", "0.1"];

it("prints one JSON object on stdout and progress on stderr", async () => {
  const { stdout, stderr } = await bench("--only", "W9b1", ...short, "--json");
  const { workloads, ...rest } = JSON.parse(stdout);
  expect(rest).toEqual({});
  expect(workloads).toEqual([
    {
      id: "W9b1",
      perSecond: expect.any(Number),
      peers: [],
      ratioUsual: null,
      ratioHeroic: null,
      boundShare: expect.any(Number),
    },
  ]);
  expect(workloads[0].perSecond).toBeGreaterThan(10);
  expect(workloads[0].boundShare).toBeGreaterThan(0);
  expect(stderr).toContain("W9b1 round 1");
});

it("stores finished workloads in a file and resumes from it, in the order of the table", async () => {
  const file = join(folder, "run.json");
  const run = (only: string) => bench("--only", only, ...short, "--resume", file, "--json");
  await run("W9b1");
  const { bound, workloads: first }: Report = JSON.parse(await readFile(file, "utf8"));
  expect(first[0].peakMB).toBeGreaterThan(50);
  const { stdout, stderr } = await run("W8rhead,W9b1");
  expect(stderr).toContain(`W9b1 is in ${file}`);
  expect(stderr).not.toContain("W9b1 round");
  const report: Report = JSON.parse(await readFile(file, "utf8"));
  expect(report.bound).toBe(bound);
  expect(report.workloads.map(({ id }) => id)).toEqual(["W8rhead", "W9b1"]);
  expect(report.workloads[1]).toEqual(first[0]);
  expect(JSON.parse(stdout)).toEqual(summaryOf(report));
  const otherRounds = await bench("--only", "W9b1", "--peers", "none", "--resume", file);
  expect(otherRounds.code).toBe(2);
  expect(otherRounds.stderr).toContain("--rounds 1");
});

it("measures the time that training waits for augmented data", async () => {
  const file = join(folder, "training.json");
  const { stderr } = await bench("--only", "W6s1", ...short, "--threads", "1", "--resume", file);
  expect(stderr).toMatch(/W6s1 waits for data [\d.]+ %/);
  const { workloads }: Report = JSON.parse(await readFile(file, "utf8"));
  expect(workloads[0].dataWaitShare).toBeGreaterThanOrEqual(0);
  expect(workloads[0].dataWaitShare).toBeLessThan(1);
  expect(workloads[0].scaling).toBeNull();
});

it("profiles a workload by operator, gradient and source", async () => {
  const { stdout } = await bench("--profile", "W8r");
  expect(stdout).toMatch(/ms × 2: \d+ operators/);
  expect(stdout).toMatch(/% {2}\w+ × \d+/);
  expect(stdout).toMatch(/% {2}values × \d+/);
  expect(stdout).toMatch(/% {2}nn\/layers linear 512×64; values × \d+/);
});

it("prints help with examples, and rejects invalid arguments in one line", async () => {
  expect((await bench("--help")).stdout).toContain("npm run bench -- --only W1");
  const { code, stderr } = await bench("--only", "W99");
  expect(code).toBe(2);
  expect(stderr.trim().split("\n")).toHaveLength(1);
  expect(stderr).toContain("W99");
});
