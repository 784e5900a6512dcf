/** An install without ONNX Runtime: everything runs in WebAssembly, and asking for ONNX Runtime is one clear error. */

import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { jsonLines, metamodal } from "./support/cli.js";

const root = join(import.meta.dirname, "..");
const cwd = mkdtempSync(join(tmpdir(), "metamodal-without-"));
afterAll(() => rmSync(cwd, { recursive: true, force: true }));
const main = join(cwd, "dist/bundle/main.js");
const run = (line: string) =>
  metamodal(line.split(" "), { cwd, main, env: { METAMODAL_CACHE: join(cwd, "cache"), NODE_PATH: "" } });

beforeAll(() => {
  for (const name of ["dist/bundle", "encoders", "package.json"])
    cpSync(join(root, name), join(cwd, name), { recursive: true });
  const { dependencies } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  for (const name of Object.keys(dependencies).filter((each) => each !== "onnxruntime-node")) {
    const path = join(cwd, "node_modules", name);
    mkdirSync(dirname(path), { recursive: true });
    symlinkSync(join(root, "node_modules", name), path);
  }
  cpSync(join(root, "test/fixtures/2026-12-format-3/model"), join(cwd, "model"), { recursive: true });
  const rows = Array.from({ length: 36 }, (_, i) => ({
    label: `class ${i % 9}`,
    point: Array.from({ length: 4 }, (_, k) => Math.sin(i % 9) + 0.1 * Math.cos(7 * i + k)),
  }));
  writeFileSync(join(cwd, "points.jsonl"), rows.map((row) => `${JSON.stringify(row)}\n`).join(""));
});

it("teaches pictures and predicts them", async () => {
  expect(await run(`teach ${join(root, "datasets/emoji/fruit")} --out fruit.task`)).toMatchObject({
    code: 0,
  });
  const { stdout, code } = await run(`predict fruit.task --input ${join(root, "datasets/emoji/new")} --json`);
  expect(code).toBe(0);
  const own = jsonLines(stdout);
  const reference = await metamodal(
    ["predict", "fruit.task", "--input", join(root, "datasets/emoji/new"), "--json"],
    { cwd, env: { METAMODAL_CACHE: join(cwd, "other-cache") } },
  );
  for (const [i, { label, probabilities }] of jsonLines(reference.stdout).entries()) {
    expect(own[i].label).toBe(label);
    for (const [name, p] of Object.entries<number>(probabilities))
      expect(own[i].probabilities[name]).toBeCloseTo(p, 3);
  }
});

it("trains, and the model states the runtime", async () => {
  const quick = "--steps 2 --way 2 --shot 1 --query 2 --set width=4 --set train.evalEpisodes=2";
  expect(await run(`train points.jsonl ${quick} --out points.model`)).toMatchObject({ code: 0 });
  const card = JSON.parse(readFileSync(join(cwd, "points.model/model.json"), "utf8"));
  expect(card.training.runtime).toBe("wasm");
  const refused = await run(`train points.jsonl ${quick} --out other.model --runtime onnxruntime`);
  expect(refused).toMatchObject({
    code: 2,
    stderr: expect.stringContaining("onnxruntime-node is not installed"),
  });
});
