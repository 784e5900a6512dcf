/** Results in files: those of a run that may be interrupted, and the latest that were saved. */

import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, rename, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { type BenchOptions, UsageError } from "./options.js";
import { root } from "./paths.js";
import type { Report } from "./report.js";

export const resultsFolder = join(root, "benchmarks/speed/results");

/** What a run left in `path`, if it is there; a `UsageError` where that was measured otherwise. */
export async function readKept(
  path: string,
  options: Pick<BenchOptions, "threads" | "rounds" | "budget">,
): Promise<Report | undefined> {
  if (!existsSync(path)) return undefined;
  const report = await readReport(path);
  for (const name of ["threads", "rounds", "budget"] as const)
    if (report[name] !== options[name])
      throw new UsageError(
        `${path} was measured with --${name} ${report[name]}, not ${options[name]}; say --${name} ${report[name]} or give another file`,
      );
  return report;
}

async function readReport(path: string): Promise<Report> {
  try {
    const report: Report = JSON.parse(await readFile(path, "utf8"));
    if (Array.isArray(report.workloads)) return report;
  } catch {}
  throw new UsageError(`${path} holds no results of this benchmark; give another file`);
}

/** Write a report, or nothing of it where writing is interrupted. */
export async function writeReport(path: string, report: Report): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(`${path}.part`, `${JSON.stringify(report, null, 2)}\n`);
  await rename(`${path}.part`, path);
}

/** The newest report of benchmarks/results, whose files are named by date. */
export async function latestResults(): Promise<Report> {
  const files = (await readdir(resultsFolder).catch(() => [])).filter((name) => name.endsWith(".json"));
  const newest = files.sort().at(-1);
  if (newest === undefined)
    throw new UsageError("--peers best: there is no saved run to know the best from; leave it out");
  return readReport(join(resultsFolder, newest));
}
