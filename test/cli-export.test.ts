/** `metamodal export` on the command line: a model, an adapted task and a taught task, and wrong usage. */

import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { Model } from "../src/model/index.js";
import { metamodal } from "./support/cli.js";
import { drawings, programsOf, tinyCard } from "./support/contract.js";
import { engine } from "./support/engine.js";
import { trainedWeights } from "./support/tiny.js";

const folder = mkdtempSync(join(tmpdir(), "cli-export-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const at = (name: string) => join(folder, name);
const run = (...args: string[]) => metamodal(args, { cwd: process.cwd() });

beforeAll(async () => {
  const programs = programsOf("prototypical");
  const model = new Model(tinyCard(programs.definition.recipe), trainedWeights(programs, 3), engine);
  await model.save(at("my.model"));
  await (await model.adapt([...drawings(0, 2), ...drawings(1, 2)])).save(at("my.task"));
});

it("exports a model and prints its files", async () => {
  const { code, stdout, stderr } = await run(
    "export",
    at("my.model"),
    "--to",
    "onnx",
    "--out",
    at("model-onnx"),
    "--way",
    "3",
  );
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(stdout).toMatch(/^adapt\.onnx +[\d,]+ +\d+ +\d\.\de-\d$/m);
  expect(stdout).toMatch(/^room +15 support examples: 3 classes of 5$/m);
  expect(stdout).toMatch(/^note +no preprocess\.strokes\.onnx/m);
  expect(readdirSync(at("model-onnx"))).toEqual(
    expect.arrayContaining(["teach.onnx", "README.md", "export.json"]),
  );
});

it("exports a task, as JSON", async () => {
  const { code, stdout } = await run(
    "export",
    at("my.task"),
    "--to",
    "onnx",
    "--out",
    at("task-onnx"),
    "--json",
  );
  expect(code).toBe(0);
  const { files, capacity } = JSON.parse(stdout);
  expect(files.map(({ name }: { name: string }) => name)).toContain("predict.onnx");
  expect(capacity.way).toBe(2);
});

it("refuses what it cannot export, and a folder that holds anything else, with nothing written", async () => {
  mkdirSync(at("mine"));
  writeFileSync(join(at("mine"), "notes.txt"), "mine");
  for (const [args, error] of [
    [[at("my.model"), "--out", at("mine")], "something else is there"],
    [["base", "--out", at("base-onnx")], "a taught task"],
    [[at("missing.model"), "--out", at("missing-onnx")], "there is no such file or folder"],
    [[at("my.model"), "--out", at("wide-onnx"), "--way", "1"], "--way"],
  ] as const) {
    const { code, stdout, stderr } = await run("export", ...args, "--to", "onnx");
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toContain(error);
  }
  expect(readdirSync(at("mine"))).toEqual(["notes.txt"]);
  for (const name of ["base-onnx", "missing-onnx", "wide-onnx"]) expect(existsSync(at(name))).toBe(false);
});
