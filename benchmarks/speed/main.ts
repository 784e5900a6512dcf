/** `npm run bench`: every workload in rounds of ours and then the peers, and what came of it. */

import { availableParallelism } from "node:os";
import { measureLinear } from "./linear.js";
import { saveLinear } from "./linear-plot.js";
import { describeMachine } from "./machine.js";
import { measure, measureBound, type Result } from "./measure.js";
import { type BenchOptions, help, parseOptions, UsageError } from "./options.js";
import { Peers } from "./peers.js";
import { nearBest } from "./ranking.js";
import { brief, caption, type Report, save, table } from "./report.js";
import { latestResults, readKept, writeReport } from "./saved-results.js";
import { workloads } from "./workloads/index.js";

const say = (line: string) => process.stderr.write(`${line}\n`);

async function bench(options: BenchOptions): Promise<Report> {
  const { only, threads, rounds, budget, resume } = options;
  const chosen = workloads.filter(
    ({ id }) => only.length === 0 || only.some((prefix) => id.startsWith(prefix)),
  );
  const kept = resume === undefined ? undefined : await readKept(resume, options);
  const peers = new Peers(threads);
  const { rows, why } = options.peers === "none" ? { rows: [], why: "--peers none" } : await peers.list();
  if (why) say(`no peers: ${why}`);
  const measured = options.peers === "best" ? nearBest(rows, await latestResults()) : rows;
  const bound = kept?.bound ?? (await measureBound(threads));
  say(`bound: ${(bound / 1e9).toFixed(0)} GFLOP/s on ${threads} threads`);
  const machine = describeMachine(rows[0]?.torch ?? null);
  const reportOf = (results: readonly Result[]): Report => {
    const inOrder = workloads.flatMap(({ id }) => results.filter((result) => result.id === id));
    return { machine, threads, rounds, budget, bound, noPeers: why ?? null, workloads: inOrder };
  };
  const results: Result[] = [...(kept?.workloads ?? [])];
  for (const workload of chosen) {
    if (results.some(({ id }) => id === workload.id)) {
      say(`${workload.id} is in ${resume}`);
      continue;
    }
    results.push(await measure(workload, options, { peers, rows: measured }, bound, say));
    if (resume !== undefined) await writeReport(resume, reportOf(results));
  }
  return reportOf(results.filter(({ id }) => chosen.some((workload) => workload.id === id)));
}

async function drawLinear({ threads, budget }: BenchOptions): Promise<void> {
  const times = await measureLinear(threads, budget, say);
  const { cpu, cores, date } = describeMachine(null);
  const caption = `${date}: ${cpu}, ${cores} cores; ${threads} threads, ${budget} s a step`;
  say(`wrote ${await saveLinear(times, caption)}`);
}

async function main(args: readonly string[]): Promise<void> {
  const options = parseOptions(
    args,
    workloads.map(({ id }) => id),
    availableParallelism(),
  );
  if (!options) return void process.stdout.write(help);
  if (options.profile !== undefined) {
    const { profile } = await import("./profile.js");
    const workload = workloads.find(({ id }) => id.startsWith(options.profile!))!;
    console.log(await profile(workload));
    return;
  }
  if (options.linear) return drawLinear(options);
  const report = await bench(options);
  if (options.json) console.log(JSON.stringify(brief(report)));
  else console.log(`${table(report.workloads, report.threads)}\n\n${caption(report)}`);
  if (options.save) for (const path of await save(report)) say(`wrote ${path}`);
}

try {
  await main(process.argv.slice(2));
} catch (error) {
  say((error as Error).message);
  process.exitCode = error instanceof UsageError ? 2 : 1;
}
