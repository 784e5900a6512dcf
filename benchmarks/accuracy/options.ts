/** The accuracy lane's command line: declared once, so that parsing and help agree. */

import { availableParallelism } from "node:os";
import { parseArgs } from "node:util";
import { UsageError } from "../speed/options.js";
import type { AccuracyRun, AccuracySet } from "./types.js";

export interface AccuracyOptions {
  readonly data: string;
  /** The sets with the runs that are asked for. */
  readonly chosen: readonly { readonly set: AccuracySet; readonly runs: readonly AccuracyRun[] }[];
  readonly out: string;
  readonly work: string;
  readonly threads: number;
}

export const help = `Convert data sets, meta-train on them, and write what they reach on unseen classes, beside what they should.

  npm run results -- --data FOLDER [options]

  --data FOLDER   folder with a folder a data set (required)
  --only NAMES    sets, or runs of a set: emoji,icons/image; default all that are in FOLDER
  --out FOLDER    where a page a set is written; default docs/results
  --work FOLDER   data folders, models and evaluations; the same command goes on with what is there, so remove
                  it where the code has changed; default accuracy-output
  --threads N     threads; default one a core
  --help          this

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

/** Read the arguments; undefined where help is asked for. `isThere` tells the sets that can be had without being named. */
export function parseOptions(
  args: readonly string[],
  sets: readonly AccuracySet[],
  isThere: (data: string, set: AccuracySet) => boolean,
): AccuracyOptions | undefined {
  const { help: asked, data, only, out, work, threads } = parsed(args);
  if (asked) return undefined;
  if (data === undefined) throw new UsageError("--data is missing; expected the folder with the data sets");
  const names = only.split(",").filter(Boolean);
  const chosen =
    names.length > 0
      ? names.map((name) => find(name, sets))
      : sets.filter((set) => isThere(data, set)).map((set) => ({ set, runs: set.runs }));
  if (chosen.length === 0)
    throw new UsageError(`${data} has none of the data sets ${sets.map(({ name }) => name).join(", ")}`);
  return {
    data,
    chosen,
    out,
    work,
    threads: threads === undefined ? availableParallelism() : whole(threads),
  };
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: flags }).values;
  } catch (error) {
    throw new UsageError((error as Error).message.split("\n")[0]);
  }
}

/** `icons`, or `icons/image`. */
function find(name: string, sets: readonly AccuracySet[]): AccuracyOptions["chosen"][number] {
  const [setName, runName] = name.split("/");
  const set = sets.find((one) => one.name === setName);
  if (!set)
    throw new UsageError(`there is no set "${setName}"; there are ${sets.map((one) => one.name).join(", ")}`);
  const runs = set.runs.filter((run) => runName === undefined || run.name === runName);
  if (runName !== undefined && runs.length === 0)
    throw new UsageError(
      `${setName} has no run "${runName}"; it has ${set.runs.map((run) => run.name).join(", ") || "none"}`,
    );
  return { set, runs };
}

function whole(text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= 1) return value;
  throw new UsageError(`--threads is "${text}"; expected a whole number of at least 1`);
}
