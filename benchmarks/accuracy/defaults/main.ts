/**
 * `npm run defaults -- --data FOLDER`: accuracy of `metamodal train DATA --with-unimodal` without other options, on every
 * data set, next to baselines without training; written to `docs/results/defaults.md`. The same command resumes an
 * interrupted run.
 */

import { writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import type { RunContext } from "../runner.js";
import { type DefaultsDataSet, defaultsDataSets } from "./data-sets.js";
import { type DefaultsResult, dataFolderOf, measureDefaults } from "./measure.js";
import { defaultsPage } from "./page.js";

const { values } = parseArgs({
  options: {
    data: { type: "string" },
    only: { type: "string", default: "" },
    work: { type: "string", default: "accuracy-output" },
    out: { type: "string", default: "docs/results" },
    episodes: { type: "string", default: "1000" },
    minutes: { type: "string" },
  },
});

const context: RunContext = {
  data: values.data ?? "",
  work: resolve(values.work),
  threads: cpus().length,
  log: (line) => process.stderr.write(`${line}\n`),
};
const options = { episodes: Number(values.episodes), minutes: values.minutes };
const only = values.only.split(",").filter(Boolean);

const results: { set: DefaultsDataSet; result: DefaultsResult }[] = [];
for (const set of defaultsDataSets) {
  if (only.length > 0 && !only.includes(set.name)) continue;
  const data = await dataFolderOf(set, context);
  if (data) results.push({ set, result: await measureDefaults(set, data, options, context) });
  else context.log(`${set.name}: skipped, since ${join(context.data, set.name)} does not exist`);
}
const [{ model }] = cpus();
const date = new Date().toISOString().slice(0, 10);
const provenance = `${date}, ${model}, ${cpus().length} threads, Node ${process.version}.`;
const page = join(values.out, "defaults.md");
writeFileSync(page, defaultsPage(results, values.minutes, provenance));
context.log(`wrote ${page}`);
