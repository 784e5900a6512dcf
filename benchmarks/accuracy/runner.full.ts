/** The accuracy benchmark from original files to page, on a small data set, with reuse of stored results. Needs `npm run build` first. */

import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { random } from "../../src/base/random.js";
import { dataSets } from "./data-sets/index.js";
import { writeDataFolder } from "./files.js";
import { parseOptions } from "./options.js";
import { pageOf } from "./page.js";
import { perClassAccuracy } from "./per-class.js";
import { convertDataSet, savedEvaluations, trainAndEvaluate } from "./runner.js";
import { checkTarget, type SummaryRow } from "./summary.js";
import type { BenchmarkDataSet } from "./types.js";

const root = mkdtempSync(join(tmpdir(), "metamodal-lane-"));
afterAll(() => rmSync(root, { recursive: true }));
const logged: string[] = [];
const log = (line: string) => logged.push(line);
const context = { data: root, work: join(root, "work"), threads: 1, log };

/** Points that are normally distributed around one centre per class. */
const points: BenchmarkDataSet = {
  name: "points",
  description: "Points in the plane.",
  async convert(_from, to) {
    const rows = Array.from({ length: 120 }, (_, i) => {
      const [k, generator] = [i % 12, random(1, "point", i)];
      const split = k < 4 ? "train" : k < 8 ? "val" : "test";
      const x = [Math.cos(k), Math.sin(k), k % 3].map((centre) => 4 * centre + generator.normal());
      return { label: `c${k}`, split, x };
    });
    await writeDataFolder(to, { name: "points" }, rows);
  },
  runs: [
    {
      name: "x",
      description: "By x.",
      pretraining: { width: 4, encoders: { x: "mlp" }, train: { steps: 2, evalEvery: 2, evalEpisodes: 2 } },
      recipe: { learner: { name: "nearest-centroid" }, train: { steps: 0, evalEpisodes: 2 } },
      seeds: [1, 2],
      evaluations: [
        {
          name: "3-way 1-shot",
          flags: { way: 3, shot: 1, episodes: 20 },
          target: { accuracy: 0.1 },
          additionalRows: perClassAccuracy,
        },
      ],
    },
  ],
};

it("converts, trains and evaluates once, and formats the page", async () => {
  const [run] = points.runs;
  expect(pageOf(points, context, "Now.")).toContain("Not run yet.");
  await expect(convertDataSet(points, context)).rejects.toThrow(/points: there is no such folder.*--only/);
  writeFileSync(join(root, "points"), "");
  await convertDataSet(points, context);
  await trainAndEvaluate(points, run, context);
  const model = join(context.work, "points/x/seed-2.model/model.json");
  const written = statSync(model).mtimeMs;
  const before = logged.length;
  await convertDataSet(points, context);
  await trainAndEvaluate(points, run, context);
  expect(statSync(model).mtimeMs).toBe(written);
  expect(logged).toHaveLength(before);

  const results = savedEvaluations(points, run, run.evaluations[0], context);
  const [first, second] = results.map(({ evaluation }) => evaluation.rows[0].accuracy!);
  for (const { evaluation, additionalRows } of results) {
    expect(additionalRows.map(({ name }) => name)).toEqual([
      "class c10",
      "class c11",
      "class c8",
      "class c9",
    ]);
    // Classes are drawn uniformly, so the mean over classes is close to the mean over episodes.
    const mean = additionalRows.reduce((sum, { accuracy }) => sum + accuracy, 0) / additionalRows.length;
    expect(Math.abs(mean - evaluation.rows[0].accuracy!)).toBeLessThan(0.1);
  }
  const page = pageOf(points, context, "Now.");
  expect(page).toMatch(
    /# metamodal train first\.yaml --seed SEED --out first-SEED\.model\n[\s\S]*# metamodal train recipe\.yaml --from first-SEED\.model --seed SEED --out seed-SEED\.model\n/,
  );
  expect(page).toContain(`${(100 * first).toFixed(1)}, ${(100 * second).toFixed(1)}`);
  expect(page).toContain("metamodal evaluate seed-SEED.model --data ../data --way 3 --shot 1 --episodes 20");
  expect(page).toMatch(
    /\| x, 3-way 1-shot \| at least \d+\.\d % \(stated 10\.0 %; untrained .* \| (met|\*\*missed\*\*) \|/,
  );

  const other = { ...run, pretraining: { ...run.pretraining, width: 5 } };
  expect(savedEvaluations(points, other, run.evaluations[0], context)).toEqual([]);
});

it("converts a run's encoder once, or skips the run with the command that installs it", async () => {
  const written: string[] = [];
  const encoder = (isInstalled: boolean) => ({
    folder: "encoder",
    model: "../../encoder/model.onnx",
    install: "npm install it",
    isInstalled: () => isInstalled,
    write: async (to: string) => {
      written.push(to);
      mkdirSync(to);
    },
  });
  const run = { ...points.runs[0], name: "y", seeds: [1] };
  const withoutEncoder = { ...run, encoder: encoder(false) };
  await trainAndEvaluate(points, withoutEncoder, context);
  expect(logged.at(-1)).toBe("points/y: skipped, since its encoder is not installed: npm install it");
  expect(savedEvaluations(points, run, run.evaluations[0], context)).toEqual([]);
  expect(pageOf({ ...points, runs: [withoutEncoder] }, context, "Now.")).toMatch(
    /npm install it[\s\S]*Not run yet/,
  );
  for (const _ of "ab") await trainAndEvaluate(points, { ...run, encoder: encoder(true) }, context);
  expect(written).toEqual([join(context.work, "encoder")]);
  expect(savedEvaluations(points, run, run.evaluations[0], context)).toHaveLength(1);
});

it("requires the stated accuracy or a third of the untrained row's error, whichever is higher", () => {
  const row = (kind: string, mean: number, leadOfFirst?: number): SummaryRow => ({
    kind,
    name: kind,
    modalities: "",
    perSeed: [mean],
    mean,
    deviation: 0,
    halfWidth: 0,
    leadOfFirst,
  });
  const rows = [row("fused", 0.7), row("alone", 0.6, 0.05), row("alone", 0.69, -0.01), row("untrained", 0.4)];
  expect(checkTarget(rows, { accuracy: 0.5 })).toMatchObject([
    { requirement: expect.stringContaining("at least 60.0 %"), isMet: true },
  ]);
  expect(checkTarget(rows, { accuracy: 0.72 })).toMatchObject([
    { requirement: expect.stringContaining("at least 72.0 %"), isMet: false },
  ]);
  expect(
    checkTarget(rows, { aboveUntrained: false, outperforms: ["alone"] }).map(({ isMet }) => isMet),
  ).toEqual([true, false]);
  expect(() => checkTarget(rows, { outperforms: ["tf-idf"] })).toThrow("tf-idf");
  const withMissing = (reached: number) =>
    checkTarget([...rows, row("missing", reached), row("bare", 0.1)], {
      aboveUntrained: false,
      otherRow: { name: "missing", untrained: "bare" },
    });
  expect(withMissing(0.39)).toMatchObject([
    { requirement: expect.stringContaining("at least 40.0 %"), isMet: false },
  ]);
  expect(withMissing(0.41)).toMatchObject([{ measured: "41.0 %", isMet: true }]);
  expect(() => checkTarget(rows, { otherRow: { name: "missing", untrained: "bare" } })).toThrow("missing");
});

it("selects data sets and runs by name, and rejects unknown names in one line", () => {
  const parse = (...args: string[]) => parseOptions(args, dataSets, () => true);
  expect(parse("--help")).toBeUndefined();
  expect(parse("--data", "d")!.selected.map(({ set }) => set)).toEqual(dataSets);
  const [icons] = parse("--data", "d", "--only", "icons/image")!.selected;
  expect([icons.set.name, ...icons.runs.map(({ name }) => name)]).toEqual(["icons", "image"]);
  expect(() => parse()).toThrow("--data is missing");
  expect(() => parse("--data", "d", "--only", "icon")).toThrow(/no data set "icon"; expected one of arabic/);
  expect(() => parse("--data", "d", "--only", "icons/sound")).toThrow(/no run "sound"; its runs are image/);
});
