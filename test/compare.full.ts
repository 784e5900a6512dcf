/** A comparison that is stopped keeps the rows that are done. */

import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { jsonLines, metamodal } from "./support/cli.js";
import { leafRows, writeLeaves } from "./support/leaves.js";

const cwd = mkdtempSync(join(tmpdir(), "metamodal-compare-stopped-"));
afterAll(() => rmSync(cwd, { recursive: true }));
const at = (path: string) => join(cwd, path);

const recipe = (more: string) => `
data: leaves
width: 8
episode: { way: [2, 3], query: 2 }
train: { steps: 3, metaBatch: 1, evalEpisodes: 4 }
seed: 2
${more}`;

beforeAll(async () => {
  await writeLeaves(at("leaves"), leafRows());
  writeFileSync(at("recipe.yaml"), recipe("learner: { name: maml, innerLearningRate: 1.0e+30 }"));
});

it("keeps the rows that are done when stopped by Ctrl-C", async () => {
  const done = () =>
    existsSync(at("cut/rows.jsonl")) && jsonLines(readFileSync(at("cut/rows.jsonl"), "utf8")).length > 1;
  const args = ["compare", "recipe.yaml", "--learners", "prototypical,knn", "--episodes", "12"];
  const { code, stdout, stderr } = await metamodal([...args, "--out", "cut", "--threads", "1"], {
    cwd,
    onStart: ({ kill }) => {
      const timer = setInterval(() => {
        if (!done()) return;
        clearInterval(timer);
        kill("SIGINT");
      }, 20);
    },
  });
  expect(code).toBe(130);
  expect(stdout).toMatch(/^prototypical +product-of-experts +[\d.]+ ±/m);
  expect(stdout).not.toMatch(/^knn/m);
  expect(stderr).toMatch(/stopped after 1 combination; the same command continues\n$/);
});
