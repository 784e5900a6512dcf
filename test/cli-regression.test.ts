/** Number labels from the command line: a folder of measured curves through the four verbs. */

import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { commandLine, jsonLines } from "./support/cli.js";
import { sines } from "./support/sines.js";

const cwd = mkdtempSync(join(tmpdir(), "metamodal-numbers-"));
afterAll(() => rmSync(cwd, { recursive: true }));
const run = commandLine(cwd);

const rows = sines({ train: 8, val: 4, test: 4 }, 8).rows.map(({ id, target, group, values }) => ({
  id,
  label: target,
  group,
  x: values.x as number[],
}));
const write = (folder: string, files: Record<string, string>) => {
  mkdirSync(join(cwd, folder));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(cwd, folder, name), text);
};
const lines = (of: readonly object[]) => of.map((row) => `${JSON.stringify(row)}\n`).join("");
const ofGroup = (group: string) => rows.filter((row) => row.group === group);
const flags = ["--shot", "3", "--set", "width=8", "--set", "train.evalEpisodes=4", "--steps", "20"];

let heldOut: string;
beforeAll(async () => {
  write("curves", { "metadata.jsonl": lines(rows) });
  const { code, stdout } = await run("train", "curves", "--out", "model", ...flags);
  expect(code).toBe(0);
  expect(stdout).toMatch(
    /^validation +mse [\d.]+ ± [\d.]+ \(95 %\) on unseen groups, 3-shot, 4 episodes, step 20/m,
  );
  heldOut = JSON.parse(readFileSync(join(cwd, "model/model.json"), "utf8")).classes.test[0];
  write("support", { "metadata.jsonl": lines(ofGroup(heldOut).slice(0, 5)) });
});

describe("a folder of numbers", () => {
  it("is inspected by groups", async () => {
    const { stdout } = await run("data", "inspect", "curves");
    expect(stdout).toMatch(/^curves, 128 rows, targets from -[\d.]+ to [\d.]+, 16 groups\n/);
    const summary = JSON.parse((await run("data", "inspect", "curves", "--json")).stdout);
    expect(summary).toMatchObject({ task: "regression", classes: 0, groups: 16, unlabelled: 0 });
    const labels = rows.map(({ label }) => label!);
    expect(summary.numbers).toMatchObject({ least: Math.min(...labels), most: Math.max(...labels) });
  });

  it("is learned by ridge regression, unless told otherwise", async () => {
    const { recipe } = JSON.parse(readFileSync(join(cwd, "model/model.json"), "utf8"));
    expect(recipe).toMatchObject({ task: "regression", learner: { name: "ridge" }, episode: { way: 1 } });
    const slow = ["--set", "learner.innerLearningRate=0.01"];
    const other = await run(
      "train",
      "curves",
      "--out",
      "m",
      "--learner",
      "maml",
      ...slow,
      ...flags,
      "--json",
    );
    expect(other.code).toBe(0);
    const step = jsonLines(other.stdout).find(({ type }) => type === "step");
    expect(Number.isFinite(step.mse)).toBe(true);
    expect(step).not.toHaveProperty("accuracy");
  });

  it("is evaluated by mean squared errors", async () => {
    const args = ["evaluate", "model", "--data", "curves", "--episodes", "10"];
    const { rows: scored, ...protocol } = JSON.parse((await run(...args, "--json")).stdout);
    expect(protocol).toMatchObject({ task: "regression", way: 1, shot: 3, episodes: 10 });
    expect(scored.map(({ kind }: { kind: string }) => kind)).toEqual(["fused", "untrained", "chance"]);
    for (const { mse, mae, halfWidth } of scored)
      expect([mse, mae, halfWidth].every(Number.isFinite)).toBe(true);
    const { stdout } = await run(...args);
    expect(stdout).toMatch(
      /^curves, split test: one group per episode, 3-shot, up to 15 queries per group, 10 episodes/,
    );
    expect(stdout).toMatch(/^kind +name +support → query +mse ± 95 % +mae +behind first +ms\/episode$/m);
    expect(stdout).toMatch(/^chance +support mean +[\d.]+ ± [\d.]+ +[\d.]+$/m);
  });

  it("is adapted to and predicted, from a folder and from loose files", async () => {
    const adapted = await run("adapt", "model", "--support", "support", "--out", "task");
    expect(adapted.stdout).toMatch(/^task {2}task: regression from 5 examples\n/);
    writeFileSync(join(cwd, "x.json"), JSON.stringify(rows[0].x));
    const { stdout } = await run("predict", "task", "--input", "support", "x.json", "--json");
    const predictions = jsonLines(stdout);
    expect(predictions).toHaveLength(6);
    for (const prediction of predictions) {
      expect(Object.keys(prediction)).toEqual(["id", "value", "weights"]);
      expect(Number.isFinite(prediction.value)).toBe(true);
    }
    const table = await run("predict", "task", "--input", "x.json");
    expect(table.stdout).toMatch(/^id +value +by\nx\.json +-?[\d.e-]+ +x 100\.0 %\n$/);
  });

  it("may be a CSV whose card says that labels are numbers", async () => {
    const csv = rows.map(({ label, group, x }) => `${label},${group},"[${x}]"\n`).join("");
    write("csv", { "metadata.csv": `label,group,x\n${csv}`, "dataset.json": '{ "task": "regression" }' });
    const summary = JSON.parse((await run("data", "inspect", "csv", "--json")).stdout);
    expect(summary).toMatchObject({ task: "regression", rows: 128, groups: 16 });
  });
});

const wrong: [command: string, says: RegExp][] = [
  [
    "train mixed",
    /metadata\.jsonl:2, field "label": the label is "two"; expected a number, as metadata\.jsonl:1 says/,
  ],
  ["train words", /metadata\.csv:3, field "label": the cell "label" is "two", and the column holds numbers/],
  [
    "train alone",
    /metadata\.jsonl:2, field "group": .*no group; expected a group in every row with a number/,
  ],
  [
    "train ragged",
    /metadata\.jsonl:2, field "x": the vector has 2 numbers; expected 1, as in metadata\.jsonl:1/,
  ],
  [
    "train curves --learner prototypical",
    /prototypical does not support regression.*expected maml or .*ridge/,
  ],
  [
    "train curves --way 5",
    /field "episode\.way": the value is 5; expected none, since in regression each episode is one group/,
  ],
  ["train curves --across group", /across: the value is "group"; expected none, since in regression/],
  ["evaluate model --data named", /named: the labels are class names; expected numbers, which the model/],
  ["adapt model --support curves --out t", /field "group": the group is .*; expected one group, or none/],
  [
    "adapt model --support named --out t",
    /the label is a name; expected a number, since the model was trained/,
  ],
];

describe("one line says what is wrong", () => {
  beforeAll(() => {
    const row = (label: unknown, group?: string, x: unknown = [1]) => ({ label, group, x });
    write("mixed", { "metadata.jsonl": lines([row(1, "a"), row("two", "a")]) });
    write("alone", { "metadata.jsonl": lines([row(1, "a"), row(2)]) });
    write("ragged", {
      "metadata.jsonl": lines([row(1, "a"), row(2, "a", [1, 2]), row(1, "b"), row(2, "b")]),
    });
    write("named", { "metadata.jsonl": lines([row("one"), row("two")]) });
    const csv = 'label,group,x\n1,a,"[1]"\ntwo,a,"[2]"\n';
    write("words", { "metadata.csv": csv, "dataset.json": '{ "task": "regression" }' });
  });

  it.each(wrong)("metamodal %s", async (command, says) => {
    const { code, stdout, stderr } = await run(...command.split(" "));
    expect(stderr).toMatch(says);
    expect(stderr).toMatch(/^error: [^\n]+; expected [^\n]+\. [^\n]+\n$/);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  });
});
