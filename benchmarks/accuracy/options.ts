/** Command-line options of the accuracy benchmark. */

import { availableParallelism } from "node:os";
import { parseArgs } from "node:util";
import { UsageError } from "../speed/options.js";
import type { BenchmarkDataSet, BenchmarkRun } from "./types.js";

export interface AccuracyOptions {
  /** The folder with one folder per data set. */
  readonly data: string;
  /** The data sets and runs selected by `--only`. */
  readonly selected: readonly { readonly set: BenchmarkDataSet; readonly runs: readonly BenchmarkRun[] }[];
  readonly out: string;
  readonly work: string;
  readonly threads: number;
}

export const help = `Convert data sets, meta-train on them, and write their accuracy on unseen classes next to the targets.

  npm run results -- --data FOLDER [options]

  --data FOLDER   folder with one folder per data set (required)
  --only NAMES    data sets, or runs of a data set: emoji,icons/image; default: all data sets in FOLDER
  --out FOLDER    output folder, one page per data set; default: docs/results
  --work FOLDER   converted data, models and evaluations, which the same command reuses; remove it after a change
                  of the code; default: accuracy-output
  --threads N     number of threads; default: one per core
  --help          print this help

  npm run results -- --data ../shared/data
  npm run results -- --data ../shared/data --only emoji,icons --threads 1
`;

const flags = {
  data: { type: "string" },
  only: { type: "string", default: "" },
  out: { type: "string", default: "docs/results" },
  work: { type: "string", default: "accuracy-output" },
  threads: { type: "string" },
  help: { type: "boolean", short: "h", default: false },
} as const;

/**
 * Parse the arguments; undefined if they contain `--help`. `isAvailable` selects the data sets without `--only`.
 *
 * @throws {UsageError} if an argument is invalid.
 */
export function parseOptions(
  args: readonly string[],
  sets: readonly BenchmarkDataSet[],
  isAvailable: (data: string, set: BenchmarkDataSet) => boolean,
): AccuracyOptions | undefined {
  const { help: showHelp, data, only, out, work, threads } = parsed(args);
  if (showHelp) return undefined;
  if (data === undefined) throw new UsageError("--data is missing; expected the folder with the data sets");
  const names = only.split(",").filter(Boolean);
  const selected =
    names.length > 0
      ? names.map((name) => find(name, sets))
      : sets.filter((set) => isAvailable(data, set)).map((set) => ({ set, runs: set.runs }));
  if (selected.length === 0)
    throw new UsageError(`${data} has none of the data sets ${sets.map(({ name }) => name).join(", ")}`);
  return {
    data,
    selected,
    out,
    work,
    threads: threads === undefined ? availableParallelism() : positiveInteger(threads),
  };
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: flags }).values;
  } catch (error) {
    throw new UsageError((error as Error).message.split("\n")[0]);
  }
}

/** Find a data set or run by name: `icons` or `icons/image`. */
function find(name: string, sets: readonly BenchmarkDataSet[]): AccuracyOptions["selected"][number] {
  const [setName, runName] = name.split("/");
  const set = sets.find((each) => each.name === setName);
  if (!set)
    throw new UsageError(
      `there is no data set "${setName}"; expected one of ${sets.map((each) => each.name).join(", ")}`,
    );
  const runs = set.runs.filter((run) => runName === undefined || run.name === runName);
  if (runName !== undefined && runs.length === 0)
    throw new UsageError(
      `${setName} has no run "${runName}"; its runs are ${set.runs.map((run) => run.name).join(", ") || "none"}`,
    );
  return { set, runs };
}

function positiveInteger(text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= 1) return value;
  throw new UsageError(`--threads is "${text}"; expected a whole number of at least 1`);
}
