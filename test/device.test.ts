/** `--device webgpu` and what `doctor` says of it, with an adapter or without. Needs `npm run build` first. */

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { metamodal } from "./support/cli.js";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "metamodal-device-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const run = (...args: string[]) => metamodal(args, { cwd: "." });

it("trains on webgpu where there is an adapter, and else says in a few words what to do, as doctor does", async () => {
  const doctor = await run("doctor", "--json");
  expect(doctor.code).toBe(0);
  const { devices, threads, versions } = JSON.parse(doctor.stdout);
  expect(threads).toBeGreaterThan(0);
  expect(versions).toMatchObject({ node: process.version, "onnxruntime-node": expect.any(String) });
  const [cpu, webgpu] = devices;
  expect(cpu).toEqual({ device: "cpu", problem: null });
  const options = ["--modalities", "image", "--steps", "1", "--threads", "1", "--out", join(folder, "model")];
  const trained = await run("train", "datasets/omniglot", ...options, "--device", "webgpu");
  if (webgpu.problem === null) {
    expect(trained.code).toBe(0);
    return;
  }
  expect(webgpu.problem).toContain("ONNX Runtime could not use it here");
  const shown = await run("doctor");
  expect(shown.stdout).toMatch(/--device cpu +works/);
  expect(shown.stdout).toContain("--device webgpu");
  expect(trained.code).toBe(2);
  expect(trained.stderr).toContain("device webgpu");
  expect(trained.stderr).toContain("a WebGPU adapter (a GPU with its driver)");
  expect(trained.stderr).toContain("Use --device cpu.");
});
