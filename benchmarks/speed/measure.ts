/** Measure a workload: rounds of ours and then the peers, each in a fresh process. */

import { join } from "node:path";
import type { BenchOptions } from "./options.js";
import { root } from "./paths.js";
import { nameOf, type PeerRow, type Peers } from "./peers.js";
import { candidates, compare, isHalfPrecision, type PeerRounds } from "./ranking.js";
import { type Finished, lastLine, runProcess } from "./spawn.js";
import { median } from "./timing.js";
import type { Workload } from "./workloads/index.js";

/** What the benchmark says of a workload. Ratios are null where no peer ran. */
export interface Result {
  readonly id: string;
  readonly about: string;
  readonly perSecond: number;
  /** Of ours, over the rounds. */
  readonly spread: readonly [least: number, most: number];
  readonly peers: readonly { readonly name: string; readonly perSecond: number; readonly peakMB: number }[];
  readonly skipped: readonly { readonly name: string; readonly why: string }[];
  readonly ratioUsual: number | null;
  readonly ratioUsualSpread: readonly [number, number] | null;
  readonly usual: string | null;
  readonly ratioHeroic: number | null;
  readonly ratioHeroicSpread: readonly [number, number] | null;
  readonly heroic: string | null;
  /** The share of the machine's bound that the workload's products reach. */
  readonly boundShare: number | null;
  readonly flops: number | null;
  readonly bytes: number | null;
  readonly peakMB: number;
  readonly peerPeakMB: number | null;
  /** How many times as fast all threads are as one, round by round; null where that is not measured. */
  readonly scaling: number | null;
  readonly scalingSpread: readonly [number, number] | null;
  /** The share of a step's time that training waits for decoded and augmented data; null where nothing is trained. */
  readonly dataWaitShare: number | null;
}

type Speed = { perSecond: number };

const TIMEOUT_SECONDS = 900;

/** Run child.js, which prints one JSON object. */
export async function child<T>(...args: readonly (string | number)[]): Promise<T & { peakMB: number }> {
  const script = join(root, "dist/benchmarks/speed/child.js");
  const finished: Finished = await runProcess(
    process.execPath,
    [script, ...args.map(String)],
    TIMEOUT_SECONDS,
  );
  if (finished.code !== 0) throw new Error(`${args.join(" ")}: ${lastLine(finished)}`);
  return { ...JSON.parse(finished.stdout), peakMB: finished.peakMB };
}

/** FLOP/s of matrix products on all threads. */
export const measureBound = async (threads: number): Promise<number> =>
  (await child<{ flops: number }>("bound", threads)).flops;

/** Measure; `say` is told what is under way, and `bound` gives the machine's bound when all is measured. */
export async function measure(
  workload: Workload,
  { rounds, budget, threads }: BenchOptions,
  { peers, rows }: { peers: Peers; rows: readonly PeerRow[] },
  bound: number,
  say: (line: string) => void,
): Promise<Result> {
  const { id, about, cost } = workload;
  const ours: number[] = [];
  const scaling: number[] = [];
  let peakMB = 0;
  const skipped: { name: string; why: string }[] = [];
  const measured = new Map<PeerRow, { perSecond: number[]; peakMB: number }>();
  let row = rows.filter((each) => each.workload === id && !isHalfPrecision(each));
  for (let round = 1; round <= rounds; round++) {
    const own = await child<Speed>("speed", id, threads, budget);
    ours.push(own.perSecond);
    peakMB = Math.max(peakMB, own.peakMB);
    say(`${id} round ${round}: ${own.perSecond.toPrecision(4)} a second, ${own.peakMB.toFixed(0)} MB`);
    if (workload.scales && threads > 1) {
      const alone = await child<Speed>("speed", id, 1, budget);
      scaling.push(own.perSecond / alone.perSecond);
      say(`${id} round ${round}: ${alone.perSecond.toPrecision(4)} a second on 1 thread`);
    }
    for (const peer of row) {
      const result = await peers.measure(peer, budget);
      if (typeof result === "string") {
        say(`${id} round ${round}: ${nameOf(peer)} skipped: ${result}`);
        if (round === 1) skipped.push({ name: nameOf(peer), why: result });
        measured.get(peer)?.perSecond.push(Number.NaN);
        continue;
      }
      say(`${id} round ${round}: ${nameOf(peer)} ${result.perSecond.toPrecision(4)} a second`);
      const all = measured.get(peer) ?? { perSecond: [], peakMB: 0 };
      all.perSecond.push(result.perSecond);
      measured.set(peer, { ...all, peakMB: Math.max(all.peakMB, result.peakMB) });
    }
    if (round === 1) row = candidates(roundsOf(measured));
  }
  let dataWaitShare: number | null = null;
  if (workload.startOnPictures) {
    dataWaitShare = (await child<{ share: number }>("wait", id, threads, budget)).share;
    say(`${id} waits for data ${(100 * dataWaitShare).toFixed(2)} % of the time`);
  }
  const all = roundsOf(measured);
  const { usual, heroic } = compare(ours, all);
  const perSecond = median(ours);
  return {
    id,
    about,
    perSecond,
    spread: [Math.min(...ours), Math.max(...ours)],
    peers: all.map(({ row: peer, perSecond: own, peakMB: peak }) => ({
      name: nameOf(peer),
      perSecond: median(own.filter(Number.isFinite)),
      peakMB: peak,
    })),
    skipped,
    ratioUsual: usual?.ratio ?? null,
    ratioUsualSpread: usual?.spread ?? null,
    usual: usual?.peer ?? null,
    ratioHeroic: heroic?.ratio ?? null,
    ratioHeroicSpread: heroic?.spread ?? null,
    heroic: heroic?.peer ?? null,
    boundShare: cost ? (perSecond * cost.flops) / bound : null,
    flops: cost?.flops ?? null,
    bytes: cost?.bytes ?? null,
    peakMB,
    peerPeakMB: usual?.peakMB ?? null,
    scaling: scaling.length > 0 ? median(scaling) : null,
    scalingSpread: scaling.length > 0 ? [Math.min(...scaling), Math.max(...scaling)] : null,
    dataWaitShare,
  };
}

const roundsOf = (measured: ReadonlyMap<PeerRow, { perSecond: number[]; peakMB: number }>): PeerRounds[] =>
  [...measured].map(([row, values]) => ({ row, ...values }));
