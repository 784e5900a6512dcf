/** The result of a workload, as stored in `benchmarks/speed/results`. */

import { nameOf } from "./peers.js";
import { compare, type PeerRounds } from "./ranking.js";
import { median } from "./timing.js";
import type { Workload } from "./workloads/index.js";

type Range = readonly [min: number, max: number];

export interface SkippedPeer {
  readonly name: string;
  readonly reason: string;
}

/** Medians over rounds, with ranges. Ratios are null if no peer ran. */
export interface Result {
  readonly id: string;
  readonly description: string;
  /** Tasks per second. */
  readonly perSecond: number;
  readonly range: Range;
  readonly peers: readonly { readonly name: string; readonly perSecond: number; readonly peakMB: number }[];
  readonly skipped: readonly SkippedPeer[];
  /** Speed divided by that of the fastest usual peer, whose name is `usual`. */
  readonly ratioUsual: number | null;
  readonly ratioUsualRange: Range | null;
  readonly usual: string | null;
  /** Speed divided by that of the fastest peer of all, whose name is `heroic`. */
  readonly ratioHeroic: number | null;
  readonly ratioHeroicRange: Range | null;
  readonly heroic: string | null;
  /** Fraction of the machine's bound that the workload's matrix products reach. */
  readonly boundShare: number | null;
  /** Operations per task. */
  readonly flops: number | null;
  /** Memory traffic per task. */
  readonly bytes: number | null;
  readonly peakMB: number;
  readonly peerPeakMB: number | null;
  /** Speed on all threads divided by that on one thread; null if not measured. */
  readonly scaling: number | null;
  readonly scalingRange: Range | null;
  /** Fraction of the training time that waits for decoded and augmented data; null for workloads without training. */
  readonly dataWaitShare: number | null;
  /** Milliseconds per unit beyond the workload's reference; absent without one. */
  readonly aboveReference?: { readonly ms: number; readonly targetMs: number };
}

/** The measurements of all rounds. */
export interface Measurements {
  /** Tasks per second, per round. */
  readonly perSecond: readonly number[];
  /** Speedup over one thread per round; empty if not measured. */
  readonly scaling: readonly number[];
  readonly peakMB: number;
  readonly peers: readonly PeerRounds[];
  readonly skipped: readonly SkippedPeer[];
  readonly dataWaitShare: number | null;
  /** Milliseconds per unit beyond the reference, per round; empty without a reference. */
  readonly aboveReference: readonly number[];
  /** FLOP/s of matrix products on all threads. */
  readonly bound: number;
}

/** Aggregate the measurements of a workload. */
export function resultOf(
  { id, description, cost, reference }: Workload,
  { perSecond: rounds, scaling, peakMB, peers, skipped, dataWaitShare, aboveReference, bound }: Measurements,
): Result {
  const { usual, heroic } = compare(rounds, peers);
  const perSecond = median(rounds);
  return {
    id,
    description,
    perSecond,
    range: rangeOf(rounds),
    peers: peers.map((peer) => ({
      name: nameOf(peer.row),
      perSecond: median(peer.perSecond.filter(Number.isFinite)),
      peakMB: peer.peakMB,
    })),
    skipped,
    ratioUsual: usual?.ratio ?? null,
    ratioUsualRange: usual?.range ?? null,
    usual: usual?.peer ?? null,
    ratioHeroic: heroic?.ratio ?? null,
    ratioHeroicRange: heroic?.range ?? null,
    heroic: heroic?.peer ?? null,
    boundShare: cost ? (perSecond * cost.flops) / bound : null,
    flops: cost?.flops ?? null,
    bytes: cost?.bytes ?? null,
    peakMB,
    peerPeakMB: usual?.peakMB ?? null,
    scaling: scaling.length > 0 ? median(scaling) : null,
    scalingRange: scaling.length > 0 ? rangeOf(scaling) : null,
    dataWaitShare,
    ...(reference && { aboveReference: { ms: median(aboveReference), targetMs: reference.targetMs } }),
  };
}

const rangeOf = (values: readonly number[]): Range => [Math.min(...values), Math.max(...values)];
