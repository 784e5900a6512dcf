/** The lane from files to page, on a tiny set: kept where it was done, done again where it is asked for differently. Needs `npm run build` first. */

import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { random } from "../../src/base/random.js";
import { byClass } from "./by-class.js";
import { writeFolder } from "./folder.js";
import { parseOptions } from "./options.js";
import { pageOf } from "./report.js";
import { convert, perform, resultsOf } from "./runner.js";
import { sets } from "./sets/index.js";
import { check, type SummaryRow } from "./summary.js";
import type { AccuracySet } from "./types.js";

const root = mkdtempSync(join(tmpdir(), "metamodal-lane-"));
afterAll(() => rmSync(root, { recursive: true }));
const said: string[] = [];
const place = { data: root, work: join(root, "work"), threads: 1, say: (line: string) => said.push(line) };

/** Points around a centre a class. */
const points: AccuracySet = {
  name: "points",
  about: "Points in the plane.",
  async convert(_from, to) {
    const rows = Array.from({ length: 120 }, (_, i) => {
      const [k, draw] = [i % 12, random(1, "point", i)];
      const split = k < 4 ? "train" : k < 8 ? "val" : "test";
      const x = [Math.cos(k), Math.sin(k), k % 3].map((centre) => 4 * centre + draw.normal());
      return { label: `c${k}`, split, x };
    });
    await writeFolder(to, { name: "points" }, rows);
  },
  runs: [
    {
      name: "x",
      about: "By x.",
      first: { width: 4, encoders: { x: "mlp" }, train: { steps: 2, evalEvery: 2, evalEpisodes: 2 } },
      recipe: { learner: { name: "nearest-centroid" }, train: { steps: 0, evalEpisodes: 2 } },
      seeds: [1, 2],
      evaluations: [
        {
          name: "3-way 1-shot",
          flags: { way: 3, shot: 1, episodes: 20 },
          target: { stated: 0.1 },
          besides: byClass,
        },
      ],
    },
  ],
};

it("converts, trains and judges once, and writes a page that says so", async () => {
  const [run] = points.runs;
  expect(pageOf(points, place, "Now.")).toContain("Not run yet.");
  await expect(convert(points, place)).rejects.toThrow(/points: there is no such folder.*--only/);
  writeFileSync(join(root, "points"), "");
  await convert(points, place);
  await perform(points, run, place);
  const model = join(place.work, "points/x/seed-2.model/model.json");
  const written = statSync(model).mtimeMs;
  const before = said.length;
  await convert(points, place);
  await perform(points, run, place);
  expect(statSync(model).mtimeMs).toBe(written);
  expect(said).toHaveLength(before);

  const results = resultsOf(points, run, run.evaluations[0], place);
  const [first, second] = results.map(({ evaluation }) => evaluation.rows[0].accuracy!);
  for (const { evaluation, others } of results) {
    expect(others.map(({ name }) => name)).toEqual(["class c10", "class c11", "class c8", "class c9"]);
    // Classes are equally often drawn on average, so their mean is near the episodes'.
    const mean = others.reduce((sum, { accuracy }) => sum + accuracy, 0) / others.length;
    expect(Math.abs(mean - evaluation.rows[0].accuracy!)).toBeLessThan(0.1);
  }
  const page = pageOf(points, place, "Now.");
  expect(page).toMatch(
    /# metamodal train first\.yaml --seed SEED --out first-SEED\.model\n[\s\S]*# metamodal train recipe\.yaml --from first-SEED\.model --seed SEED --out seed-SEED\.model\n/,
  );
  expect(page).toContain(`${(100 * first).toFixed(1)}, ${(100 * second).toFixed(1)}`);
  expect(page).toContain("metamodal evaluate seed-SEED.model --data ../data --way 3 --shot 1 --episodes 20");
  expect(page).toMatch(
    /\| x, 3-way 1-shot \| at least \d+\.\d % \(stated 10\.0 %; untrained .* \| (met|\*\*missed\*\*) \|/,
  );

  const other = { ...run, first: { ...run.first, width: 5 } };
  expect(resultsOf(points, other, run.evaluations[0], place)).toEqual([]);
});

it("makes a run's encoder once, or leaves the run out and says what installs it", async () => {
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
  const lacking = { ...run, encoder: encoder(false) };
  await perform(points, lacking, place);
  expect(said.at(-1)).toBe("points/y: left out; to have its encoder: npm install it");
  expect(resultsOf(points, run, run.evaluations[0], place)).toEqual([]);
  expect(pageOf({ ...points, runs: [lacking] }, place, "Now.")).toMatch(/npm install it[\s\S]*Not run yet/);
  for (const _ of "ab") await perform(points, { ...run, encoder: encoder(true) }, place);
  expect(written).toEqual([join(place.work, "encoder")]);
  expect(resultsOf(points, run, run.evaluations[0], place)).toHaveLength(1);
});

it("asks for the stated figure or a third of the untrained row's error, whichever is more", () => {
  const row = (kind: string, mean: number, surelyBehind?: number): SummaryRow => ({
    kind,
    name: kind,
    given: "",
    each: [mean],
    mean,
    spread: 0,
    halfWidth: 0,
    surelyBehind,
  });
  const rows = [row("fused", 0.7), row("alone", 0.6, 0.05), row("alone", 0.69, -0.01), row("untrained", 0.4)];
  expect(check(rows, { stated: 0.5 })).toMatchObject([
    { asked: expect.stringContaining("at least 60.0 %"), met: true },
  ]);
  expect(check(rows, { stated: 0.72 })).toMatchObject([
    { asked: expect.stringContaining("at least 72.0 %"), met: false },
  ]);
  expect(check(rows, { floor: false, above: ["alone"] }).map(({ met }) => met)).toEqual([true, false]);
  expect(() => check(rows, { above: ["tf-idf"] })).toThrow("tf-idf");
  const lacking = (reached: number) =>
    check([...rows, row("lacking", reached), row("bare", 0.1)], {
      floor: false,
      also: { row: "lacking", untrained: "bare" },
    });
  expect(lacking(0.39)).toMatchObject([{ asked: expect.stringContaining("at least 40.0 %"), met: false }]);
  expect(lacking(0.41)).toMatchObject([{ measured: "41.0 %", met: true }]);
  expect(() => check(rows, { also: { row: "lacking", untrained: "bare" } })).toThrow("lacking");
});

it("takes sets and runs by name, and refuses others in one line", () => {
  const parse = (...args: string[]) => parseOptions(args, sets, () => true);
  expect(parse("--help")).toBeUndefined();
  expect(parse("--data", "d")!.chosen.map(({ set }) => set)).toEqual(sets);
  const [icons] = parse("--data", "d", "--only", "icons/image")!.chosen;
  expect([icons.set.name, ...icons.runs.map(({ name }) => name)]).toEqual(["icons", "image"]);
  expect(() => parse()).toThrow("--data is missing");
  expect(() => parse("--data", "d", "--only", "icon")).toThrow(/no set "icon"; there are arabic/);
  expect(() => parse("--data", "d", "--only", "icons/sound")).toThrow(/no run "sound"; it has image/);
});
