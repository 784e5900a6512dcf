/** `npm run bench`: measure the workloads, interleaved with their peers, and report the results. */

import { availableParallelism } from "node:os";
import { measureLinear } from "./linear.js";
import { savePlot } from "./linear-plot.js";
import { describeMachine } from "./machine.js";
import { measure, measureBound } from "./measure.js";
import { type BenchOptions, help, parseOptions, UsageError } from "./options.js";
import { Peers } from "./peers.js";
import { nearEarlierFastest } from "./ranking.js";
import { caption, type Report, save, startTimes, summaryOf, table } from "./report.js";
import type { Result } from "./result.js";
import { latestResults, readInterrupted, writeReport } from "./saved-results.js";
import { workloads } from "./workloads/index.js";

const log = (line: string) => process.stderr.write(`${line}\n`);

async function bench(options: BenchOptions): Promise<Report> {
  const { only, threads, rounds, budget, resume } = options;
  const selected = workloads.filter(
    ({ id }) => only.length === 0 || only.some((prefix) => id.startsWith(prefix)),
  );
  const interrupted = resume === undefined ? undefined : await readInterrupted(resume, options);
  const peers = new Peers(threads);
  const { rows, reason } =
    options.peers === "none" ? { rows: [], reason: "--peers none" } : await peers.list();
  if (reason) log(`no peers: ${reason}`);
  const selectedRows = options.peers === "best" ? nearEarlierFastest(rows, await latestResults()) : rows;
  const bound = interrupted?.bound ?? (await measureBound(threads));
  log(`bound: ${(bound / 1e9).toFixed(0)} GFLOP/s on ${threads} threads`);
  const machine = describeMachine(rows[0]?.torch ?? null);
  const reportOf = (results: readonly Result[]): Report => {
    const inOrder = workloads.flatMap(({ id }) => results.filter((result) => result.id === id));
    return { machine, threads, rounds, budget, bound, noPeers: reason ?? null, workloads: inOrder };
  };
  const results: Result[] = [...(interrupted?.workloads ?? [])];
  for (const workload of selected) {
    if (results.some(({ id }) => id === workload.id)) {
      log(`${workload.id} is in ${resume}`);
      continue;
    }
    results.push(await measure(workload, options, { peers, rows: selectedRows }, bound, log));
    if (resume !== undefined) await writeReport(resume, reportOf(results));
  }
  return reportOf(results.filter(({ id }) => selected.some((workload) => workload.id === id)));
}

async function plotLinear({ threads, budget }: BenchOptions): Promise<void> {
  const times = await measureLinear(threads, budget, log);
  const { cpu, cores, date } = describeMachine(null);
  const caption = `${date}: ${cpu}, ${cores} cores; ${threads} threads, ${budget} s per measurement`;
  log(`wrote ${await savePlot(times, caption)}`);
}

async function main(args: readonly string[]): Promise<void> {
  const options = parseOptions(
    args,
    workloads.map(({ id }) => id),
    availableParallelism(),
  );
  if (!options) return void process.stdout.write(help);
  if (options.profile !== undefined) {
    const { profile } = await import("./profile/index.js");
    const workload = workloads.find(({ id }) => id.startsWith(options.profile!))!;
    console.log(await profile(workload));
    return;
  }
  if (options.linear) return plotLinear(options);
  const report = await bench(options);
  if (options.json) console.log(JSON.stringify(summaryOf(report)));
  else
    console.log(
      [table(report.workloads, report.threads), "", ...startTimes(report.workloads), caption(report)].join(
        "\n",
      ),
    );
  if (options.save) for (const path of await save(report)) log(`wrote ${path}`);
}

try {
  await main(process.argv.slice(2));
} catch (error) {
  log((error as Error).message);
  process.exitCode = error instanceof UsageError ? 2 : 1;
}
