/**
 * `npm run reports -- --data FOLDER`: the honesty of taught tasks on test classes: what they report of themselves beside their
 * accuracy on other examples, and what `unknown` accepts and rejects. Prints two tables, which `docs/base.md` has.
 */

import { availableParallelism } from "node:os";
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { measureHonesty } from "./reports.js";
import { type BaseData, baseSets, openBaseSet } from "./sets.js";
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
