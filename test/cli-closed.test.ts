/** `metamodal predict` by a model itself: one of closed training needs no support, any other does. */

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { Model } from "../src/model/index.js";
import { metaTrain } from "../src/train/index.js";
import { commandLine } from "./support/cli.js";
import { drawing, lacking, tinyDataset } from "./support/drawings.js";

const cwd = mkdtempSync(join(tmpdir(), "metamodal-closed-"));
afterAll(() => rmSync(cwd, { recursive: true }));
const run = commandLine(cwd);

const example = lacking(drawing(1, 99), "image");
let closed: Model;
beforeAll(async () => {
  const train = { steps: 3, metaBatch: 1 };
  const options = { data: tinyDataset({ train: 4, val: 3, test: 0 }, 10), width: 4, threads: 1, train };
  closed = await metaTrain({ ...options, learner: "supervised" as never, closed: true }).model();
  await closed.save(join(cwd, "closed.model"));
  await (await metaTrain({ ...options, episode: { way: 3 } }).model()).save(join(cwd, "open.model"));
  writeFileSync(join(cwd, "drawn.json"), JSON.stringify({ strokes: example.strokes }));
});

it("tells the train classes by a model of closed training", async () => {
  const { code, stdout } = await run("predict", "closed.model", "--input", "drawn.json", "--json");
  expect(code).toBe(0);
  const { id: _, ...said } = JSON.parse(stdout);
  const { id: __, ...expected } = await (await closed.known()).predict({ strokes: example.strokes });
  expect(said).toEqual(expected);
  expect(Object.keys(said.probabilities)).toEqual(["class 0", "class 1", "class 2", "class 3"]);
});

it("refuses a model that knows no class, and says what to do", async () => {
  const { code, stderr } = await run("predict", "open.model", "--input", "drawn.json");
  expect(code).toBe(2);
  expect(stderr).toMatch(/has no classes without a support; .*Adapt it to labelled examples first/);
});
