/** Measures a workload in rounds: metamodal, then every peer, each in a new process. */

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { BenchOptions } from "./options.js";
import { root } from "./paths.js";
import { nameOf, type PeerRow, type Peers } from "./peers.js";
import { candidates, isHalfPrecision, type PeerRounds } from "./ranking.js";
import { type Result, resultOf, type SkippedPeer } from "./result.js";
import { failureOf, runProcess } from "./spawn.js";
import type { Workload } from "./workloads/index.js";

const TIMEOUT_SECONDS = 900;

type Log = (line: string) => void;

/** Run `child.js` and parse the JSON object that it prints. */
export async function runChild<T>(...args: readonly (string | number)[]): Promise<T & { peakMB: number }> {
  const script = join(root, "dist/benchmarks/speed/child.js");
  const finished = await runProcess(process.execPath, [script, ...args.map(String)], TIMEOUT_SECONDS);
  if (finished.code !== 0) throw new Error(`${args.join(" ")}: ${failureOf(finished)}`);
  return { ...JSON.parse(finished.stdout), peakMB: finished.peakMB };
}

/** Throughput of matrix products on all threads, in FLOP/s. */
export const measureBound = async (threads: number): Promise<number> =>
  (await runChild<{ flops: number }>("bound", threads)).flops;

interface Speed {
  readonly perSecond: number;
  /** Milliseconds per unit, and those of the workload's reference, if it has one. */
  readonly ms?: number;
  readonly referenceMs?: number;
}

const measureSpeed = (id: string, threads: number, budget: number) =>
  runChild<Speed>("speed", id, threads, budget);

const measureBeside = (id: string, threads: number, budget: number) =>
  runChild<Speed>("beside", id, threads, budget);

/**
 * Measure a workload and compare it with the peers `rows`. `bound` is the machine's throughput in FLOP/s; progress goes
 * to `log`.
 */
export async function measure(
  workload: Workload,
  { rounds, budget, threads }: BenchOptions,
  { peers, rows }: { peers: Peers; rows: readonly PeerRow[] },
  bound: number,
  log: Log,
): Promise<Result> {
  const { id } = workload;
  const perSecond: number[] = [];
  const scaling: number[] = [];
  const aboveReference: number[] = [];
  let peakMB = 0;
  let rowsOfRound = rows.filter((row) => row.workload === id && !isHalfPrecision(row));
  const peerData = rowsOfRound.length > 0 ? await peerDataOf(workload) : undefined;
  const peerRounds = new PeerMeasurements(peers, budget, peerData);
  for (let round = 1; round <= rounds; round++) {
    const logRound: Log = (line) => log(`${id} round ${round}: ${line}`);
    const measured = await (workload.reference ? measureBeside : measureSpeed)(id, threads, budget);
    perSecond.push(measured.perSecond);
    peakMB = Math.max(peakMB, measured.peakMB);
    logRound(`${measured.perSecond.toPrecision(4)} per second, ${measured.peakMB.toFixed(0)} MB`);
    if (measured.ms !== undefined && measured.referenceMs !== undefined) {
      aboveReference.push(measured.ms - measured.referenceMs);
      logRound(`${measured.ms.toFixed(0)} ms, bare Node ${measured.referenceMs.toFixed(0)} ms`);
    }
    if (workload.scales && threads > 1) {
      const singleThread = await measureSpeed(id, 1, budget);
      scaling.push(measured.perSecond / singleThread.perSecond);
      logRound(`${singleThread.perSecond.toPrecision(4)} per second on 1 thread`);
    }
    for (const row of rowsOfRound) await peerRounds.measure(row, logRound);
    if (round === 1) rowsOfRound = candidates(peerRounds.all());
  }
  if (peerData !== undefined) await rm(peerData, { recursive: true });
  const dataWaitShare = workload.startAugmented ? await measureWait(id, threads, budget, log) : null;
  return resultOf(workload, {
    perSecond,
    scaling,
    peakMB,
    peers: peerRounds.all(),
    skipped: peerRounds.skipped,
    dataWaitShare,
    aboveReference,
    bound,
  });
}

/** Write the values that peers read to a temporary folder; undefined for workloads whose peers draw their own. */
async function peerDataOf({ writePeerData }: Workload): Promise<string | undefined> {
  if (!writePeerData) return undefined;
  const folder = await mkdtemp(join(tmpdir(), "metamodal-bench-"));
  await writePeerData(folder);
  return folder;
}

async function measureWait(id: string, threads: number, budget: number, log: Log): Promise<number> {
  const { fraction } = await runChild<{ fraction: number }>("wait", id, threads, budget);
  log(`${id} waits for data ${(100 * fraction).toFixed(2)} % of the time`);
  return fraction;
}

/** The measurements of a workload's peers over all rounds. */
class PeerMeasurements {
  /** Peers that could not run in the first round. */
  readonly skipped: SkippedPeer[] = [];
  readonly #rounds = new Map<PeerRow, { perSecond: number[]; peakMB: number }>();

  constructor(
    readonly peers: Peers,
    readonly budget: number,
    readonly data: string | undefined,
  ) {}

  /** Measure a peer once. */
  async measure(row: PeerRow, log: Log): Promise<void> {
    const name = nameOf(row);
    const result = await this.peers.measure(row, this.budget, this.data);
    const earlier = this.#rounds.get(row);
    if (typeof result === "string") {
      log(`${name} skipped: ${result}`);
      if (earlier) earlier.perSecond.push(Number.NaN);
      else this.skipped.push({ name, reason: result });
      return;
    }
    log(`${name} ${result.perSecond.toPrecision(4)} per second`);
    this.#rounds.set(row, {
      perSecond: [...(earlier?.perSecond ?? []), result.perSecond],
      peakMB: Math.max(earlier?.peakMB ?? 0, result.peakMB),
    });
  }

  all(): PeerRounds[] {
    return [...this.#rounds].map(([row, values]) => ({ row, ...values }));
  }
}
