/** Files of results: those of an interrupted run, and the latest ones in `benchmarks/speed/results`. */

import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, rename, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { type BenchOptions, UsageError } from "./options.js";
import { root } from "./paths.js";
import type { Report } from "./report.js";

export const resultsFolder = join(root, "benchmarks/speed/results");

/**
 * Read the report of an interrupted run; undefined if `path` does not exist.
 *
 * @throws {UsageError} if it was measured with other options.
 */
export async function readInterrupted(
  path: string,
  options: Pick<BenchOptions, "threads" | "rounds" | "budget">,
): Promise<Report | undefined> {
  if (!existsSync(path)) return undefined;
  const report = await readReport(path);
  for (const name of ["threads", "rounds", "budget"] as const)
    if (report[name] !== options[name])
      throw new UsageError(
        `${path} was measured with --${name} ${report[name]}, not ${options[name]}; pass --${name} ${report[name]} or another file`,
      );
  return report;
}

async function readReport(path: string): Promise<Report> {
  try {
    const report: Report = JSON.parse(await readFile(path, "utf8"));
    if (Array.isArray(report.workloads)) return report;
  } catch {}
  throw new UsageError(`${path} does not contain results of this benchmark; pass another file`);
}

/** Write a report atomically. */
export async function writeReport(path: string, report: Report): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(`${path}.part`, `${JSON.stringify(report, null, 2)}\n`);
  await rename(`${path}.part`, path);
}

/** Read the newest report of `benchmarks/speed/results`, whose files are named by date. */
export async function latestResults(): Promise<Report> {
  const files = (await readdir(resultsFolder).catch(() => [])).filter((name) => name.endsWith(".json"));
  const newest = files.toSorted().at(-1);
  if (newest === undefined)
    throw new UsageError("--peers best needs saved results, and there are none; omit it");
  return readReport(join(resultsFolder, newest));
}
