/**
 * `npm run reports -- --data FOLDER`: the honesty of taught tasks on test classes: what they report of themselves beside their
 * accuracy on other examples, what `unknown` accepts and rejects, the base model on tables beside logistic regression, and
 * on all intents of CLINC150 at once. Prints four tables, which `docs/base.md` has. Data sets that are not in FOLDER are skipped.
 */

import { existsSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { openDataset } from "../../../src/index.js";
import { dataSets } from "../data-sets/index.js";
import { convertDataSet } from "../runner.js";
import { measureIntents } from "./intents.js";
import { measureHonesty } from "./reports.js";
import { type BaseData, baseSets, openBaseSet } from "./sets.js";
import { compareOnTables } from "./tables.js";
import { measureAcceptance } from "./unknown.js";

const WAYS = [2, 5, 10, 20, 40];
const SHOTS = [1, 5];

const { values } = parseArgs({
  options: {
    data: { type: "string", default: "" },
    only: { type: "string", default: "" },
    work: { type: "string", default: "accuracy-output" },
    tasks: { type: "string", default: "500" },
  },
});
const log = (line: string) => process.stderr.write(`${line}\n`);
const context = { data: values.data, work: resolve(values.work), threads: availableParallelism(), log };
const only = values.only.split(",").filter(Boolean);
const tasks = Number(values.tasks);
const percent = (share: number) => `${(100 * share).toFixed(1)} %`;
const print = (line: string) => process.stdout.write(`${line}\n`);

const opened: BaseData[] = [];
for (const set of baseSets) {
  if (only.length > 0 && !only.includes(set.name)) continue;
  const data = await openBaseSet(set, context);
  if (data) opened.push(data);
  else log(`${set.name}: skipped, since it is not in "${values.data}"`);
}

print("| 5-way 5-shot | reported | held out | difference | in the interval |");
print("| --- | ---: | ---: | ---: | ---: |");
for (const data of opened) {
  if (data.classes.length < 5) continue;
  const { reported, heldOut, covered } = await measureHonesty(data, tasks);
  const difference = (100 * (reported - heldOut)).toFixed(1);
  print(
    `| ${data.title} | ${percent(reported)} | ${percent(heldOut)} | ${difference} | ${percent(covered)} |`,
  );
}

print(`\n| accepted, rejected, AUROC | shot |${WAYS.map((way) => ` ${way}-way |`).join("")}`);
print(`| --- | ---: |${WAYS.map(() => " ---: |").join("")}`);
for (const data of opened)
  for (const shot of SHOTS) {
    const cells: string[] = [];
    for (const way of WAYS) {
      const found = await measureAcceptance(data, { way, shot, tasks: Math.ceil(tasks / way) });
      cells.push(
        found ? `${percent(found.accepted)}, ${percent(found.rejected)}, ${found.auroc.toFixed(2)}` : "",
      );
    }
    print(`| ${data.title} | ${shot} | ${cells.join(" | ")} |`);
  }

const tableSet = dataSets.find(({ name }) => name === "pmlb_tasks")!;
if (only.length === 0 || only.includes(tableSet.name)) {
  if (!existsSync(join(context.data, tableSet.name)))
    log(`${tableSet.name}: skipped, since it is not in "${values.data}"`);
  else {
    await convertDataSet(tableSet, context);
    const data = await openDataset(join(context.work, tableSet.name, "data"));
    const rows = data.rows.filter(({ split }) => split === "test");
    const columns = [...new Set(rows.flatMap(({ values }) => Object.keys(values.table as object)))].sort();
    print("\n| tables, 5-way | tables | base | logistic regression | difference |");
    print("| --- | ---: | ---: | ---: | ---: |");
    for (const shot of SHOTS) {
      const found = await compareOnTables({ modality: "table", columns, rows }, shot, tasks);
      const cell = ({ mean, halfWidth }: { mean: number; halfWidth: number }) =>
        `${(100 * mean).toFixed(1)} ± ${(100 * halfWidth).toFixed(1)}`;
      const cells = [found.tables, cell(found.base), cell(found.logistic), cell(found.difference)];
      print(`| PMLB, ${shot}-shot | ${cells.join(" | ")} |`);
    }
  }
}

const intents = join(context.data, "clinc150");
if ((only.length === 0 || only.includes("clinc150")) && existsSync(intents)) {
  print("\n| CLINC150, 150 classes | examples | mean of 5 draws | least, most |");
  print("| --- | ---: | ---: | ---: |");
  for (const { shot, named, draws } of await measureIntents(intents, [5, 10], 5)) {
    const mean = draws.reduce((sum, accuracy) => sum + accuracy, 0) / draws.length;
    const range = `${percent(Math.min(...draws))}, ${percent(Math.max(...draws))}`;
    print(`| ${named ? "with names" : "without names"} | ${shot} | ${percent(mean)} | ${range} |`);
  }
}
