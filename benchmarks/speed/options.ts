/** Command-line options of the speed benchmark. */

import { parseArgs } from "node:util";

/** Peers to measure: all, those near the fastest in the latest saved results, or none. */
const PEER_SELECTIONS = ["all", "best", "none"] as const;
type PeerSelection = (typeof PEER_SELECTIONS)[number];

export interface BenchOptions {
  /** Prefixes of workload IDs: W6 selects W6s1 and W6s5. Empty for all workloads. */
  readonly only: readonly string[];
  readonly rounds: number;
  /** Minimum seconds per measurement. */
  readonly budget: number;
  readonly threads: number;
  readonly peers: PeerSelection;
  readonly json: boolean;
  readonly save: boolean;
  /** The file with finished workloads. */
  readonly resume: string | undefined;
  readonly linear: boolean;
  readonly profile: string | undefined;
}

export const help = `Measure metamodal's workloads, interleaved with the same workloads in PyTorch, and in ONNX
Runtime for Python with Pillow, as far as they are installed.

  npm run bench -- [options]

  --only IDS      workloads by prefix: W1,W6; default: all
  --rounds N      number of rounds; each measures metamodal, then every peer; default: 3
  --budget S      minimum seconds per measurement; default: 5
  --threads N     number of threads; default: one per core
  --peers WHICH   all; best: those near the fastest in the latest saved results; or none; default: all
  --json          print one JSON object on stdout, and progress on stderr
  --save          write benchmarks/speed/results and the table of docs/performance.md; default for all workloads
  --resume FILE   store finished workloads in FILE, and skip those that it contains
  --linear        only measure the growth of a step's time with its size, and plot docs/linear.svg
  --profile ID    only print a workload's run time by program, operator, gradient and source
  --help          print this help

Peers run in METAMODAL_PYTHON (default python3), from the script METAMODAL_PEERS
(default ../shared/peers/bench_torch.py relative to the repository).

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

/** An invalid argument: reported in one line, exit code 2. */
export class UsageError extends Error {}

/**
 * Parse the arguments; undefined if they contain `--help`. `ids` are the IDs of all workloads.
 *
 * @throws {UsageError} if an argument is invalid.
 */
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
      throw new UsageError(`there is no workload "${prefix}"; expected a prefix of ${ids.join(", ")}`);
  return {
    only,
    rounds: parseNumber("rounds", values.rounds, 1),
    budget: parseNumber("budget", values.budget, 0),
    threads: values.threads === undefined ? cores : parseNumber("threads", values.threads, 1),
    peers: peerSelection(values.peers),
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

function peerSelection(text: string): PeerSelection {
  const found = PEER_SELECTIONS.find((name) => name === text);
  if (found) return found;
  throw new UsageError(`--peers is "${text}"; expected ${PEER_SELECTIONS.join(", ")}`);
}

/** Parse a positive integer if `min` is 1, or a positive number if it is 0. */
function parseNumber(name: string, text: string, min: 0 | 1): number {
  const value = Number(text);
  if (min === 1 ? Number.isInteger(value) && value >= 1 : value > 0 && Number.isFinite(value)) return value;
  throw new UsageError(
    `--${name} is "${text}"; expected ${min === 1 ? "a whole number of at least 1" : "a positive number"}`,
  );
}
