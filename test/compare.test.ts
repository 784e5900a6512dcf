/** Comparing: every combination as if it were trained and evaluated alone, and none lost to another's trouble. */

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { evaluate, metaTrain, openDataset } from "../src/index.js";
import { commandLine, jsonLines, listing } from "./support/cli.js";
import { leafRows, writeLeaves } from "./support/leaves.js";

const cwd = mkdtempSync(join(tmpdir(), "metamodal-compare-"));
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

const run = commandLine(cwd);
const compare = (...flags: string[]) =>
  run("compare", "recipe.yaml", "--episodes", "12", "--threads", "1", ...flags);

type Row = Record<string, unknown> & { kind: string; learner: string };

describe("compare", () => {
  const learners = ["--learners", "prototypical,maml,boil"];
  let rows: Row[];
  let told: Record<string, unknown>;

  beforeAll(async () => {
    const { code, stdout, stderr } = await compare(...learners, "--out", "kept", "--json");
    expect({ code, stderr }).toEqual({
      code: 0,
      stderr: expect.stringContaining("impossible  boil, product-of-experts: "),
    });
    ({ rows, ...told } = JSON.parse(stdout));
  });

  it("has a row for what ran, what failed and what cannot be, each with its reason, and chance", () => {
    expect(rows.map(({ kind, learner }) => `${kind} ${learner}`)).toEqual([
      "compared prototypical",
      "failed maml",
      "impossible boil",
      "chance undefined",
    ]);
    expect(rows[1].reason).toMatch(/training diverged: .*innerLearningRate/);
    expect(rows[2].reason).toMatch(/episode\.way.*boil is trained for one number of classes/);
    expect(rows[3].accuracy).toBeCloseTo(1 / 3, 12);
    expect(told).toMatchObject({ data: "leaves", way: 3, shot: 1, episodes: 12, seed: 2, split: "test" });
    expect(told).toMatchObject({ combinations: 3, steps: 3, trainSeconds: null, mode: "inductive" });
  });

  it("gives a row what training and evaluating give", async () => {
    const data = await openDataset(at("leaves"));
    const model = await metaTrain({
      data,
      width: 8,
      learner: "prototypical",
      episode: { way: [2, 3], query: 2 },
      train: { steps: 3, metaBatch: 1, evalEpisodes: 4 },
      seed: 2,
    }).model();
    const { rows: expected } = await evaluate(model, { data, way: 3, episodes: 12, seed: 2 });
    const { accuracy, halfWidth } = expected[0];
    expect(rows[0]).toMatchObject({ accuracy, halfWidth, validation: model.card.training.validation });
  });

  it("says what it cost", () => {
    const [{ steps, selectedStep, trainSeconds, adaptMs, peakMB, parameters }] = rows as Record<
      string,
      number
    >[];
    expect([steps, selectedStep]).toEqual([3, 3]);
    expect(trainSeconds).toBeGreaterThan(0);
    expect(adaptMs).toBeGreaterThan(0);
    expect(peakMB).toBeGreaterThan(50);
    expect(parameters).toBeGreaterThan(1000);
  });

  it("goes on with what is in --out, as a table for people", async () => {
    const before = readFileSync(at("kept/rows.jsonl"), "utf8");
    expect(jsonLines(before)).toHaveLength(2);
    writeFileSync(at("kept/rows.jsonl"), `${before}{"learner":"ridge","fus`);
    const flags = ["--learners", "prototypical,knn", "--out", "kept"];
    const { code, stdout, stderr } = await compare(...flags);
    expect(code).toBe(0);
    expect(stderr).toContain("1 combination, training 3 steps each; 1 earlier result reused");
    expect(stdout).toMatch(
      /^leaves, split test: 3-way 1-shot.*(?:\n.+)*\n2 combinations, each trained separately for 3 steps\n/,
    );
    const printed = `${(100 * Number(rows[0].accuracy)).toFixed(1)} ± ${(100 * Number(rows[0].halfWidth)).toFixed(1)} %`;
    expect(stdout).toMatch(
      new RegExp(`^prototypical +product-of-experts +${printed.replaceAll(".", "\\.")} `, "m"),
    );
    expect(stdout).toMatch(/^knn +product-of-experts +[\d.]+ ± [\d.]+ % .* 3 +[\d.]+ +[\d.]+ +\d+ +[\d,]+$/m);
    expect(stdout).toMatch(/^chance +33\.3 ± 0\.0 %$/m);
    const after = readFileSync(at("kept/rows.jsonl"), "utf8");
    expect(after.startsWith(before)).toBe(true);
    expect(jsonLines(after).map(({ learner }) => learner)).toEqual([undefined, "prototypical", "knn"]);
    expect(readFileSync(at("kept/comparison.svg"), "utf8")).toContain(">knn</text>");
    expect(JSON.parse(readFileSync(at("kept/comparison.json"), "utf8")).rows).toHaveLength(3);
  });
});

describe("refuses before anything is trained", () => {
  it.each([
    [
      ["--learners", "protypical"],
      /--learners: there is no learner "protypical"; .*Did you mean prototypical\?/,
    ],
    [["--fusions", "gated,low-rnk"], /--fusions: there is no fusion "low-rnk"; .*Did you mean low-rank\?/],
    [["--steps", "3", "--budget", "1"], /option budget: the recipe gives steps/],
    [["--budget", "0.001", "--learners", "knn"], /option budget: 0.001 minutes are too short to test 1 comb/],
    [["--set", "episode.way=9"], /split test: 4 classes are eligible .* of 4; expected at least 9, the way/],
    [["--out", "leaves", "--learners", "knn"], /option out, leaves: it exists, and is not a comparison/],
    [
      ["--out", "kept", "--seed", "7", "--learners", "knn"],
      /option out, kept: the comparison there is of other data, recipe or test/,
    ],
  ])("%j", async (flags, says) => {
    const before = listing(cwd);
    const { code, stdout, stderr } = await compare(...flags);
    expect(stderr.trimEnd().split("\n").at(-1)).toMatch(says);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(listing(cwd)).toEqual(before);
  });
});
