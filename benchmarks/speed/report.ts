/** Results for people: a table, which is also the one on docs/performance.md, and the files they are kept in. */

import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Machine } from "./machine.js";
import type { Result } from "./measure.js";
import { root } from "./paths.js";
import { resultsFolder, writeReport } from "./saved-results.js";

/** All of a run. */
export interface Report {
  readonly machine: Machine;
  readonly threads: number;
  readonly rounds: number;
  /** Seconds a measurement lasted at least. */
  readonly budget: number;
  /** FLOP/s of matrix products on all threads. */
  readonly bound: number;
  /** Why no peer ran at all, if so. */
  readonly noPeers: string | null;
  readonly workloads: readonly Result[];
}

const number = (value: number): string =>
  value >= 100 ? Math.round(value).toLocaleString("en") : value.toPrecision(3);

const ratio = (value: number | null, spread: readonly [number, number] | null, peer: string | null) =>
  value === null || spread === null
    ? ""
    : `${value.toFixed(2)} (${spread[0].toFixed(2)}–${spread[1].toFixed(2)}) ${peer ?? ""}`.trim();

const percent = (share: number | null, digits: number) =>
  share === null ? "" : `${(100 * share).toFixed(digits)} %`;

const headerFor = (threads: number) => [
  "workload",
  "a second",
  "÷ usual (spread), which",
  "÷ heroic (spread), which",
  "of bound",
  `÷ 1 thread, on ${threads} (spread)`,
  "waits for data",
  "peak MB",
  "usual's MB",
];

/** What `--json` prints. */
export const brief = ({ workloads }: Report) => ({
  workloads: workloads.map(({ id, perSecond, peers, ratioUsual, ratioHeroic, boundShare }) => ({
    id,
    perSecond,
    peers: peers.map(({ name, perSecond }) => ({ name, perSecond })),
    ratioUsual,
    ratioHeroic,
    boundShare,
  })),
});

/** A Markdown table, a row a workload. `threads` are those that all but one column is measured on. */
export function table(results: readonly Result[], threads: number): string {
  const header = headerFor(threads);
  const rows = results.map((result) => [
    `${result.id}: ${result.about}`,
    number(result.perSecond),
    ratio(result.ratioUsual, result.ratioUsualSpread, result.usual),
    ratio(result.ratioHeroic, result.ratioHeroicSpread, result.heroic),
    percent(result.boundShare, 0),
    ratio(result.scaling, result.scalingSpread, null),
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

/** What the table was measured on, as a sentence. */
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

/** Write benchmarks/results and the table of docs/performance.md; the paths written. */
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
