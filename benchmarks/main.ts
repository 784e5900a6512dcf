/** `npm run bench`: every workload in rounds of ours and then the peers, and what came of it. */

import { availableParallelism } from "node:os";
import { describeMachine } from "./machine.js";
import { measure, measureBound, type Result } from "./measure.js";
import { type BenchOptions, help, parseOptions, UsageError } from "./options.js";
import { Peers } from "./peers.js";
import { caption, type Report, save, table } from "./report.js";
import { workloads } from "./workloads.js";

const say = (line: string) => process.stderr.write(`${line}\n`);

async function bench(options: BenchOptions): Promise<Report> {
  const { only, threads, rounds, budget } = options;
  const chosen = workloads.filter(
    ({ id }) => only.length === 0 || only.some((prefix) => id.startsWith(prefix)),
  );
  const peers = new Peers(threads);
  const { rows, why } = options.peers ? await peers.list() : { rows: [], why: "--no-peers" };
  if (why) say(`no peers: ${why}`);
  const bound = await measureBound(threads);
  say(`bound: ${(bound / 1e9).toFixed(0)} GFLOP/s on ${threads} threads`);
  const results: Result[] = [];
  for (const workload of chosen) results.push(await measure(workload, options, { peers, rows }, bound, say));
  return {
    machine: describeMachine(rows[0]?.torch ?? null),
    threads,
    rounds,
    budget,
    bound,
    noPeers: why ?? null,
    workloads: results,
  };
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
  const report = await bench(options);
  if (options.json) console.log(JSON.stringify({ workloads: report.workloads }));
  else console.log(`${table(report.workloads)}\n\n${caption(report)}`);
  if (options.save) for (const path of await save(report)) say(`wrote ${path}`);
}

try {
  await main(process.argv.slice(2));
} catch (error) {
  say((error as Error).message);
  process.exitCode = error instanceof UsageError ? 2 : 1;
}
