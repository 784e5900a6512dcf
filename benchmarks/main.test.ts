/** `npm run bench` as it is called, on the smallest workload and without peers. Needs `npm run build` first. */

import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { expect, it } from "vitest";

const bench = (...args: string[]) =>
  promisify(execFile)(process.execPath, ["dist/benchmarks/main.js", ...args]).catch((error) => error);

it("prints one JSON object, and progress beside it", async () => {
  const args = ["--only", "W9b1", "--no-peers", "--rounds", "1", "--budget", "0.1", "--json"];
  const { stdout, stderr } = await bench(...args);
  const { workloads } = JSON.parse(stdout);
  expect(workloads).toHaveLength(1);
  expect(workloads[0]).toMatchObject({ id: "W9b1", peers: [], ratioUsual: null, ratioHeroic: null });
  expect(workloads[0].perSecond).toBeGreaterThan(10);
  expect(workloads[0].boundShare).toBeGreaterThan(0);
  expect(workloads[0].peakMB).toBeGreaterThan(50);
  expect(stderr).toContain("W9b1 round 1");
});

it("profiles a workload by program and operator", async () => {
  const { stdout } = await bench("--profile", "W8r");
  expect(stdout).toMatch(/ms × 5: \d+ operators/);
  expect(stdout).toMatch(/% {2}\w+ × \d+/);
});

it("has help with examples, and refuses wrong arguments in one line", async () => {
  expect((await bench("--help")).stdout).toContain("npm run bench -- --only W1");
  const { code, stderr } = await bench("--only", "W99");
  expect(code).toBe(2);
  expect(stderr.trim().split("\n")).toHaveLength(1);
  expect(stderr).toContain("W99");
});
