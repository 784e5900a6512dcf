/** The four verbs from the command line, on data that the library has never seen. */

import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { commandLine, jsonLines, type Outcome } from "./support/cli.js";
import { CLASSES, leafRows, writeLeaves } from "./support/leaves.js";

const cwd = mkdtempSync(join(tmpdir(), "metamodal-cli-"));
afterAll(() => rmSync(cwd, { recursive: true }));
const run = commandLine(cwd);

const rows = leafRows();
const supportLabels = ["leaf 3", "leaf 8", "leaf 13"];
const recipe = `
data: leaves
width: 8
modalities: [photo, outline]
alignment: mean
episode: { way: 3, query: 3 }
train: { steps: 500, metaBatch: 2, evalEpisodes: 10 }
`;
let trained: Outcome;

beforeAll(async () => {
  await writeLeaves(join(cwd, "leaves"), rows);
  await writeLeaves(
    join(cwd, "support"),
    rows.filter(({ label }) => supportLabels.includes(label)),
  );
  writeFileSync(join(cwd, "recipe.yaml"), recipe);
  const flags = ["--with-unimodal", "--steps", "6", "--seed", "3", "--threads", "2"];
  trained = await run("train", "recipe.yaml", ...flags, "--json");
});

describe("train", () => {
  it("tells every event, trains every modality alone too, and names the model last", () => {
    const { code, stdout, stderr } = trained;
    expect({ code, stderr }).toEqual({ code: 0, stderr: expect.stringContaining("validation") });
    const events = jsonLines(stdout);
    expect(new Set(events.map(({ part }) => part))).toEqual(
      new Set(["photo+outline", "photo", "outline", undefined]),
    );
    const kinds = events.filter(({ part }) => part === "photo+outline").map(({ type }) => type);
    expect(kinds).toEqual(["start", ...Array(6).fill("step"), "eval", "checkpoint", "done"]);
    expect(events.at(-1)).toMatchObject({ type: "model", path: "leaves.model" });
    expect(readFileSync(join(cwd, "leaves.model.run/events.jsonl"), "utf8")).toBe(stdout);
  });

  it("keeps the recipe with its flags in the model", () => {
    const card = JSON.parse(readFileSync(join(cwd, "leaves.model/model.json"), "utf8"));
    expect(card.recipe).toMatchObject({
      width: 8,
      seed: 3,
      modalities: ["photo", "outline"],
      alignment: { name: "mean" },
      episode: { way: 3, shot: 1, query: 3 },
      train: { steps: 6, metaBatch: 2 },
    });
    expect(card.alone).toEqual(["photo", "outline"]);
    const { train, val, test } = card.classes;
    expect([...train, ...val, ...test].sort()).toEqual([...new Set(rows.map(({ label }) => label))].sort());
  });

  it.each(["leaves", "recipe.yaml"])("stops %s by --minutes, whatever steps there are", async (target) => {
    const flags = ["--minutes", "0.03", "--way", "3", "--set", "width=8", "--set", "train.evalEpisodes=5"];
    const { code, stdout } = await run("train", target, ...flags, "--out", "timed", "--json");
    expect(code).toBe(0);
    const { recipe, training } = JSON.parse(readFileSync(join(cwd, "timed/model.json"), "utf8"));
    expect(recipe.train.steps).toBeUndefined();
    expect(recipe.train.minutes).toBe(0.03);
    const events = jsonLines(stdout);
    const steps = events.filter(({ type }) => type === "step").length;
    const done = events.find(({ type }) => type === "done");
    expect(done.steps).toBe(steps);
    expect(training.steps).toBe(steps);
    expect(done.seconds).toBeGreaterThan(1);
    expect(done.seconds).toBeLessThan(30);
  });

  it("takes a data folder, and ends with a summary and the next command", async () => {
    const flags = [
      "--steps",
      "2",
      "--way",
      "3",
      "--modalities",
      "photo",
      "--fusion",
      "fixed",
      "--out",
      "own/",
    ];
    const settings = ["--set", "width=8", "--set", "train.evalEpisodes=5", "--threads", "1"];
    const { code, stdout } = await run("train", "leaves", ...flags, ...settings);
    expect(code).toBe(0);
    expect(stdout).toMatch(
      /^model +own: photo, [\d,]+ parameters\nvalidation +[\d.]+ ± [\d.]+ % .*-way 1-shot/,
    );
    expect(stdout.trimEnd().split("\n").at(-1)).toMatch(/^next +metamodal evaluate own --data leaves$/);
  });
});

describe("evaluate", () => {
  it("prints one object with every row on the same episodes", async () => {
    const flags = ["--way", "3", "--episodes", "12", "--threads", "2", "--json"];
    const { code, stdout } = await run("evaluate", "leaves.model", "--data", "./leaves", ...flags);
    expect(code).toBe(0);
    const { rows: scored, certainty, ...protocol } = JSON.parse(stdout);
    expect(certainty.openSet).toMatchObject({ score: "logit", known: expect.any(Number) });
    expect(certainty.calibration.after.value).toBeLessThanOrEqual(1);
    expect(protocol).toEqual({
      model: "leaves.model",
      data: "./leaves",
      split: "test",
      task: "classification",
      unit: "class",
      way: 3,
      shot: 1,
      query: 15,
      episodes: 12,
      seed: 0,
      mode: "inductive",
      across: null,
      supportModalities: ["photo", "outline"],
      queryModalities: ["photo", "outline"],
      labelShots: 0,
      mostWay: expect.any(Number),
      ineligible: expect.any(Array),
      unusedRows: 0,
    });
    expect(scored.map(({ kind, name }: Record<string, string>) => `${kind}: ${name}`)).toEqual([
      "fused: photo+outline",
      "alone: photo",
      "alone: outline",
      "support-missing: support without photo",
      "support-missing: support without outline",
      "query-missing: query without photo",
      "query-missing: query without outline",
      "untrained: untrained photo+outline",
      "chance: chance",
    ]);
    for (const row of scored) {
      expect(row.accuracy).toBeGreaterThanOrEqual(0);
      expect(row.accuracy).toBeLessThanOrEqual(1);
      expect(Number.isFinite(row.halfWidth) && Number.isFinite(row.msPerEpisode)).toBe(true);
    }
    expect(scored.at(-1).accuracy).toBeCloseTo(1 / 3);
  });

  it("evaluates the same model with another way and shot, as a table", async () => {
    const flags = ["--way", "2", "--shot", "2", "--query", "4", "--episodes", "8", "--split", "val"];
    const { code, stdout } = await run(
      "evaluate",
      "leaves.model",
      "--data",
      "leaves",
      ...flags,
      "--attribute",
    );
    expect(code).toBe(0);
    expect(stdout).toMatch(
      /^leaves, split val: 2-way 2-shot, up to 4 queries per class, 8 episodes, seed 0, ind/,
    );
    expect(stdout).toMatch(/^alone +photo +photo → photo +[\d.]+ ± [\d.]+ %/m);
    expect(stdout).toMatch(/^chance +chance +50\.0 ± 0\.0 %$/m);
    expect(stdout).toMatch(
      /^unknown +AUROC [\d.]+ ± [\d.]+, FPR95 [\d.]+ ± [\d.]+ %, by the largest logit; \d+/m,
    );
    expect(stdout).toMatch(
      /^threshold +accepts [\d.]+ ± [\d.]+ % of known queries, rejects .*; fitted at 2-way/m,
    );
    expect(stdout).toMatch(
      /^calibration +error [\d.]+ ± [\d.]+ %, and [\d.]+ ± [\d.]+ % at temperature [\d.]+ fitted at 2-way 1-shot;/m,
    );
    expect(stdout).toMatch(
      /^modality .*accuracy.*\nphoto +-?[\d.]+ ± [\d.]+\noutline +-?[\d.]+ ± [\d.]+\n$/m,
    );
  });
});

describe("adapt and predict", () => {
  beforeAll(async () => {
    const { code, stdout } = await run(
      "adapt",
      "leaves.model",
      "--support",
      "support",
      "--out",
      "t",
      "--json",
    );
    expect(code).toBe(0);
    const examples = rows.filter(({ label }) => supportLabels.includes(label)).length;
    expect(JSON.parse(stdout)).toEqual({
      task: "t",
      model: "leaves.model",
      classes: ["leaf 13", "leaf 3", "leaf 8"],
      examples,
      labelShots: 0,
      notices: [],
    });
  });

  it("predicts a data folder, a line an example", async () => {
    const { code, stdout } = await run("predict", "t", "--input", "leaves", "--json");
    expect(code).toBe(0);
    const predictions = jsonLines(stdout);
    expect(predictions.map(({ id }) => id)).toEqual(rows.map(({ id }) => id));
    for (const [i, prediction] of predictions.entries()) {
      expect(Object.keys(prediction)).toEqual(["id", "label", "probabilities", "unknown", "weights"]);
      const probabilities: Record<string, number> = prediction.probabilities;
      expect(Object.keys(probabilities)).toEqual(["leaf 13", "leaf 3", "leaf 8"]);
      expect(Object.values(probabilities).reduce((a, b) => a + b)).toBeCloseTo(1, 5);
      expect(probabilities[prediction.label]).toBe(Math.max(...Object.values(probabilities)));
      const { photo_file_name, outline } = rows[i];
      const has = [...(photo_file_name ? ["photo"] : []), ...(outline ? ["outline"] : [])];
      expect(Object.keys(prediction.weights)).toEqual(has);
    }
  });

  it("predicts loose files as it predicts the same examples of a folder", async () => {
    const both = rows.find((row) => row.photo_file_name && row.outline && row.label === "leaf 4")!;
    const photo = { id: both.id, photo_file_name: both.photo_file_name };
    const outline = { outline: both.outline };
    writeFileSync(join(cwd, "leaves/strokes.json"), JSON.stringify(both.outline));
    writeFileSync(join(cwd, "leaves/example.json"), `\uFEFF${JSON.stringify({ ...both, label: 3 })}`);
    writeFileSync(
      join(cwd, "leaves/more.jsonl"),
      `\uFEFF${JSON.stringify(photo)}\n\n${JSON.stringify(outline)}\n`,
    );
    const files = [both.photo_file_name, "strokes.json", "example.json", "more.jsonl"].map(
      (f) => `leaves/${f}`,
    );
    const loose = await run("predict", "t", "--input", ...files.slice(0, 2), "--json", ...files.slice(2));
    expect(loose.stderr.replace(/^warning: "unknown" was uninformative .*\n/, "")).toBe("");
    const predictions = jsonLines(loose.stdout);
    expect(predictions.map(({ id }) => id)).toEqual([files[0], files[1], both.id, both.id, `${files[3]}:3`]);
    const folder = jsonLines((await run("predict", "t", "--input", "leaves", "--json")).stdout);
    const whole = folder.find(({ id }) => id === both.id);
    const values = predictions.map(({ probabilities }) => Object.values<number>(probabilities));
    const pairs = [
      [values[0], values[3]],
      [values[1], values[4]],
      [values[2], Object.values<number>(whole.probabilities)],
    ];
    for (const [one, other] of pairs)
      for (const [i, value] of one.entries()) expect(value).toBeCloseTo(other[i], 5);
  });

  it("prints a table for people", async () => {
    const { stdout } = await run("predict", "t", "--input", "support");
    expect(stdout).toMatch(
      /^id +label +probability +by\nleaf-3-0 +leaf \d+( \(unknown\?\))? +[\d.]+ % +photo/,
    );
  });
});

describe("data inspect", () => {
  it("counts rows, classes and modalities", async () => {
    const { code, stdout } = await run("data", "inspect", "leaves", "--json");
    expect(code).toBe(0);
    const { units, present, ...counts } = JSON.parse(stdout);
    const withPhoto = rows.filter((row) => row.photo_file_name);
    const withOutline = rows.filter((row) => row.outline);
    const seen = (has: typeof rows, kind: string, of: string) => ({
      kind,
      rows: has.length,
      missing: rows.length - has.length,
      sizes: expect.objectContaining({ of, measured: has.length }),
    });
    expect(counts).toEqual({
      data: "leaves",
      notices: [],
      reading: {},
      name: "leaves",
      task: "classification",
      groupAsTask: false,
      rows: rows.length,
      unlabelled: 0,
      classes: CLASSES,
      rowsPerClass: { least: 1, median: 3, most: 5 },
      numbers: null,
      groups: 0,
      splits: {},
      modalities: {
        photo: seen(withPhoto, "image", "pixels a side"),
        outline: seen(withOutline, "strokes", "points"),
      },
    });
    const both = withPhoto.filter((row) => row.outline).length;
    expect(present).toContainEqual({ modalities: ["photo", "outline"], rows: both });
    expect(units.map(({ name }: { name: string }) => name)).toHaveLength(CLASSES);
  });

  it("counts declared splits, groups and rows without a label", async () => {
    const strokes = { outline: [[[0, 0]]] };
    const declared = [
      { label: "a", split: "train", group: "x", ...strokes },
      { label: "a", split: "train", group: "y", ...strokes },
      { label: "b", split: "test", group: "x", ...strokes },
      strokes,
    ];
    mkdirSync(join(cwd, "split"));
    writeFileSync(join(cwd, "split/metadata.jsonl"), declared.map((row) => JSON.stringify(row)).join("\n"));
    const { code, stdout } = await run("data", "inspect", "split");
    expect(code).toBe(0);
    expect(stdout).toBe(
      [
        "split, 4 rows, 2 classes of 1 to 2 rows, 2 groups, 1 without a label\n",
        "split  rows  classes",
        "train     2        1",
        "test      1        1\n",
        "modality  kind     rows  missing  size",
        "outline   strokes     4        0  1 points\n",
      ].join("\n"),
    );
  });
});
