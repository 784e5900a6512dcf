/** `npm run results`: measure the accuracy of the library's models on real data and write the pages of `docs/results`. */

import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { join } from "node:path";
import { InputError } from "../../src/index.js";
import { UsageError } from "../speed/options.js";
import { dataSets } from "./data-sets/index.js";
import { help, parseOptions } from "./options.js";
import { pageOf } from "./page.js";
import { convertDataSet, trainAndEvaluate } from "./runner.js";

const log = (line: string) => process.stderr.write(`${line}\n`);

async function writeResults(args: readonly string[]): Promise<void> {
  const options = parseOptions(args, dataSets, (data, { name }) => existsSync(join(data, name)));
  if (!options) return void process.stdout.write(help);
  const context = { ...options, log };
  for (const { set, runs } of options.selected) {
    await convertDataSet(set, context);
    for (const run of runs) await trainAndEvaluate(set, run, context);
    if (set.runs.length === 0) {
      log(`${set.name}: converted; no runs`);
      continue;
    }
    const [{ model }] = cpus();
    const provenance = `${new Date().toISOString().slice(0, 10)}, ${model}, Node ${process.version}.`;
    const page = join(options.out, `${set.name}.md`);
    mkdirSync(options.out, { recursive: true });
    writeFileSync(page, pageOf(set, context, provenance));
    log(`wrote ${page}`);
  }
}

try {
  await writeResults(process.argv.slice(2));
} catch (error) {
  log((error as Error).message);
  process.exitCode = error instanceof UsageError || error instanceof InputError ? 2 : 1;
}
