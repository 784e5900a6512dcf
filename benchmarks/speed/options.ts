/** The benchmark's command line: declared once, so that parsing and help agree. */

import { parseArgs } from "node:util";

/** Every row; those near the best by the latest results that were saved; or none. */
export const whichPeers = ["all", "best", "none"] as const;
export type WhichPeers = (typeof whichPeers)[number];

export interface BenchOptions {
  /** Prefixes of workloads: W6 stands for W6s1 and W6s5. Empty for all. */
  readonly only: readonly string[];
  readonly rounds: number;
  /** Seconds a measurement lasts at least. */
  readonly budget: number;
  readonly threads: number;
  readonly peers: WhichPeers;
  readonly json: boolean;
  readonly save: boolean;
  /** The file that keeps finished workloads. */
  readonly resume: string | undefined;
  readonly linear: boolean;
  readonly profile: string | undefined;
}

export const help = `Measure metamodal's workloads, interleaved with the same in PyTorch where that is installed.

  npm run bench -- [options]

  --only IDS      workloads by prefix: W1,W6
  --rounds N      rounds; each measures ours and then the peers; default 3
  --budget S      seconds a measurement lasts at least; default 5
  --threads N     threads; default one a core
  --peers WHICH   all, the default; best: those near the best in the latest of benchmarks/results; or none
  --json          print one JSON object, and progress on stderr
  --save          write benchmarks/results and the table of docs/performance.md; the default for a full run
  --resume FILE   keep finished workloads in FILE, and go on with those that are not there yet
  --linear        measure a step at twice, four and eight times the work, and draw docs/linear.svg; nothing else
  --profile ID    print a workload's time by program, operator and source of the equation, and nothing else
  --help          this

Peers run in METAMODAL_PYTHON (default python3), from the script METAMODAL_PEERS
(default ../shared/peers/bench_torch.py beside the repository).

  npm run bench -- --only W1 --rounds 5
  npm run -s bench -- --only W6 --json
  METAMODAL_PYTHON=venv/bin/python npm run bench -- --save
  npm run bench -- --resume run.json --peers best
  npm run bench -- --profile W1
`;

const flags = {
  only: { type: "string", default: "" },
  rounds: { type: "string", default: "3" },
  budget: { type: "string", default: "5" },
  threads: { type: "string" },
  peers: { type: "string", default: "all" },
  json: { type: "boolean", default: false },
  save: { type: "boolean", default: false },
  resume: { type: "string" },
  linear: { type: "boolean", default: false },
  profile: { type: "string" },
  help: { type: "boolean", short: "h", default: false },
} as const;

/** Wrong arguments: one line, exit 2. */
export class UsageError extends Error {}

/** Read the arguments; undefined where help is asked for. `ids` are the workloads there are. */
export function parseOptions(
  args: readonly string[],
  ids: readonly string[],
  cores: number,
): BenchOptions | undefined {
  const { values } = parsed(args);
  if (values.help) return undefined;
  const only = values.only.split(",").filter(Boolean);
  for (const prefix of [...only, ...(values.profile === undefined ? [] : [values.profile])])
    if (!ids.some((id) => id.startsWith(prefix)))
      throw new UsageError(`there is no workload "${prefix}"; there are ${ids.join(", ")}`);
  return {
    only,
    rounds: number("rounds", values.rounds, 1),
    budget: number("budget", values.budget, 0),
    threads: values.threads === undefined ? cores : number("threads", values.threads, 1),
    peers: which(values.peers),
    json: values.json,
    save: values.save || (only.length === 0 && values.profile === undefined),
    resume: values.resume,
    linear: values.linear,
    profile: values.profile,
  };
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: flags });
  } catch (error) {
    throw new UsageError((error as Error).message.split("\n")[0]);
  }
}

function which(text: string): WhichPeers {
  const found = whichPeers.find((name) => name === text);
  if (found) return found;
  throw new UsageError(`--peers is "${text}"; expected ${whichPeers.join(", ")}`);
}

/** A whole number of at least 1 or, where `least` is 0, any positive number. */
function number(name: string, text: string, least: 0 | 1): number {
  const value = Number(text);
  if (least === 1 ? Number.isInteger(value) && value >= 1 : value > 0 && Number.isFinite(value)) return value;
  throw new UsageError(
    `--${name} is "${text}"; expected ${least === 1 ? "a whole number of at least 1" : "a positive number"}`,
  );
}
