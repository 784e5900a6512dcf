/** The table of results, on the terminal and in `docs/performance.md`, and the files of results. */

import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Machine } from "./machine.js";
import { root } from "./paths.js";
import type { Result } from "./result.js";
import { resultsFolder, writeReport } from "./saved-results.js";

/** The results of a run with machine and options. */
export interface Report {
  readonly machine: Machine;
  readonly threads: number;
  readonly rounds: number;
  /** Minimum seconds per measurement. */
  readonly budget: number;
  /** FLOP/s of matrix products on all threads. */
  readonly bound: number;
  /** The reason why no peer was measured, if none was. */
  readonly noPeers: string | null;
  readonly workloads: readonly Result[];
}

const number = (value: number): string =>
  value >= 100 ? Math.round(value).toLocaleString("en") : value.toPrecision(3);

const ratio = (value: number | null, range: readonly [number, number] | null, peer: string | null) =>
  value === null || range === null
    ? ""
    : `${value.toFixed(2)} (${range[0].toFixed(2)}–${range[1].toFixed(2)}) ${peer ?? ""}`.trim();

const percent = (fraction: number | null, digits: number) =>
  fraction === null ? "" : `${(100 * fraction).toFixed(digits)} %`;

const headerFor = (threads: number) => [
  "workload",
  "per second",
  "÷ usual (range), peer",
  "÷ heroic (range), peer",
  "of bound",
  `÷ 1 thread, on ${threads} (range)`,
  "waits for data",
  "peak MB",
  "usual peak MB",
];

/** The summary that `--json` prints. */
export const summaryOf = ({ workloads }: Report) => ({
  workloads: workloads.map(
    ({ id, perSecond, peers, ratioUsual, ratioHeroic, boundShare, aboveReference }) => ({
      id,
      perSecond,
      peers: peers.map(({ name, perSecond }) => ({ name, perSecond })),
      ratioUsual,
      ratioHeroic,
      boundShare,
      ...(aboveReference && { aboveReference }),
    }),
  ),
});

/** One line for each workload with a reference: milliseconds beyond it, and the target. */
export const startTimes = (results: readonly Result[]): string[] =>
  results.flatMap(({ id, aboveReference: above }) =>
    above ? [`${id}: bare Node + ${above.ms.toFixed(0)} ms (target: at most ${above.targetMs} ms)`] : [],
  );

/** Format a Markdown table with one row per workload. `threads` is the number of threads of all columns but one. */
export function table(results: readonly Result[], threads: number): string {
  const header = headerFor(threads);
  const rows = results.map((result) => [
    `${result.id}: ${result.description}`,
    number(result.perSecond),
    ratio(result.ratioUsual, result.ratioUsualRange, result.usual),
    ratio(result.ratioHeroic, result.ratioHeroicRange, result.heroic),
    percent(result.boundShare, 0),
    ratio(result.scaling, result.scalingRange, null),
    percent(result.dataWaitShare, 1),
    number(result.peakMB),
    result.peerPeakMB === null ? "" : number(result.peerPeakMB),
  ]);
  const widths = header.map((name, i) =>
    Math.max(...[header, ...rows].map((row) => row[i].length), name.length),
  );
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]) : cell.padStart(widths[i]))).join(" | ")} |`;
  const rule = `| ${widths.map((width, i) => (i === 0 ? "-".repeat(width) : `${"-".repeat(width - 1)}:`)).join(" | ")} |`;
  return [line(header), rule, ...rows.map(line)].join("\n");
}

/** Describe machine, versions and options in one line. */
export function caption({ machine, bound, threads, rounds, budget, noPeers }: Report): string {
  const libraries = Object.entries(machine.libraries).map(([name, version]) => `${name} ${version}`);
  const torch = machine.torch ? `PyTorch ${machine.torch}` : `no peers: ${noPeers}`;
  return (
    `${machine.date}: ${machine.cpu}, ${machine.cores} cores, ${machine.memoryGB} GB, Node ${machine.node}, ` +
    `${libraries.join(", ")}; ${torch}. ${threads} threads, ${rounds} rounds of at least ${budget} s. ` +
    `Bound: ${(bound / 1e9).toFixed(0)} GFLOP/s of matrix products on all threads.`
  );
}

const BEGIN = "<!-- benchmark: begin -->";
const END = "<!-- benchmark: end -->";

/** Write the results file and the table of `docs/performance.md`. Returns both paths. */
export async function save(report: Report): Promise<string[]> {
  const results = join(resultsFolder, `${report.machine.date}.json`);
  await writeReport(results, report);
  const page = join(root, "docs/performance.md");
  const text = await readFile(page, "utf8");
  const [before, after] = [text.slice(0, text.indexOf(BEGIN)), text.slice(text.indexOf(END))];
  await writeFile(
    page,
    `${before}${BEGIN}\n\n${table(report.workloads, report.threads)}\n\n${caption(report)}\n\n${after}`,
  );
  return [results, page];
}
