/** `npm run results`: what the models of this library reach on real data, and whether it is what was asked for. */

import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { join } from "node:path";
import { InputError } from "../../src/index.js";
import { UsageError } from "../speed/options.js";
import { help, parseOptions } from "./options.js";
import { pageOf } from "./report.js";
import { convert, perform } from "./runner.js";
import { sets } from "./sets/index.js";

const say = (line: string) => process.stderr.write(`${line}\n`);

async function results(args: readonly string[]): Promise<void> {
  const options = parseOptions(args, sets, (data, { name }) => existsSync(join(data, name)));
  if (!options) return void process.stdout.write(help);
  const place = { ...options, say };
  for (const { set, runs } of options.chosen) {
    await convert(set, place);
    for (const run of runs) await perform(set, run, place);
    if (set.runs.length === 0) {
      say(`${set.name}: converted; no runs`);
      continue;
    }
    const [{ model }] = cpus();
    const when = `${new Date().toISOString().slice(0, 10)}, ${model}, Node ${process.version}.`;
    const page = join(options.out, `${set.name}.md`);
    mkdirSync(options.out, { recursive: true });
    writeFileSync(page, pageOf(set, place, when));
    say(`wrote ${page}`);
  }
}

try {
  await results(process.argv.slice(2));
} catch (error) {
  say((error as Error).message);
  process.exitCode = error instanceof UsageError || error instanceof InputError ? 2 : 1;
}
