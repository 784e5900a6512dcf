/**
 * Which peer a workload is compared with, and by how much ours is ahead.
 *
 * *Usual* is the best that a practitioner would write: one process, no hand-compiled blocks. *Heroic* is the best of
 * all. Half precision is another workload and is never counted.
 */

import { nameOf, type PeerRow } from "./peers.js";
import { median } from "./timing.js";

/** What was measured of a peer, by round; NaN where it was not. */
export interface PeerRounds {
  readonly row: PeerRow;
  readonly perSecond: readonly number[];
  readonly peakMB: number;
}

/** A ratio: the median over rounds, with the least and the greatest. */
export interface Ratio {
  readonly ratio: number;
  readonly spread: readonly [least: number, most: number];
  readonly peer: string;
  readonly peakMB: number;
}

/** Peers this near to the best after the first round are measured again. */
const NEAR = 0.85;

export const isHalfPrecision = ({ impl }: PeerRow): boolean => /bf16|fp16/.test(impl);

/** Of the tiny workload W6: tasks batched by hand, and the whole step compiled. */
const heroicSine: readonly string[] = ["bmm", "compile"];

/** Compiled by hand, in several processes or, of the tiny workload W6, written for it. */
export const isHeroic = ({ workload, impl }: PeerRow): boolean =>
  impl.startsWith("hybrid") ||
  impl.endsWith("_2proc") ||
  (workload.startsWith("W6") && heroicSine.includes(impl));

const measured = ({ perSecond }: PeerRounds): number => {
  const values = perSecond.filter(Number.isFinite);
  return values.length > 0 ? median(values) : 0;
};

const bestOf = (peers: readonly PeerRounds[]): PeerRounds | undefined =>
  peers.toSorted((a, b) => measured(b) - measured(a)).at(0);

/** The rows to go on with after the first round: near the best usual one or the best of all. */
export function candidates(peers: readonly PeerRounds[]): PeerRow[] {
  const near = (some: readonly PeerRounds[]) =>
    some.filter((peer) => measured(peer) >= NEAR * measured(bestOf(some)!));
  const usual = peers.filter(({ row }) => !isHeroic(row));
  return [...new Set([...near(usual), ...near(peers)])].map(({ row }) => row);
}

/** The rows near the best by earlier results; all rows of a workload that these do not have peers of. */
export function nearBest(rows: readonly PeerRow[], { workloads }: EarlierResults): PeerRow[] {
  return rows.filter((row) => {
    const earlier = workloads.find(({ id }) => id === row.workload);
    if (!earlier || earlier.peers.length === 0) return true;
    const known = earlier.peers.map(({ name, perSecond, peakMB }): PeerRounds => {
      const [, impl, alloc] = /^(.*) \((.*)\)$/.exec(name)!;
      return { row: { ...row, impl, alloc }, perSecond: [perSecond], peakMB };
    });
    return candidates(known).some((near) => nameOf(near) === nameOf(row));
  });
}

/** What of a report tells which peers were the best. */
export interface EarlierResults {
  readonly workloads: readonly {
    readonly id: string;
    readonly peers: readonly { readonly name: string; readonly perSecond: number; readonly peakMB: number }[];
  }[];
}

/** Ours against the best usual peer and the best of all, round by round. */
export function compare(
  ours: readonly number[],
  peers: readonly PeerRounds[],
): { usual?: Ratio; heroic?: Ratio } {
  // Those left out after the first round are out of the comparison, unless there was only one.
  const full = peers.filter(({ perSecond }) => perSecond.length === ours.length);
  const against = (peer: PeerRounds | undefined): Ratio | undefined => {
    if (!peer) return undefined;
    const ratios = ours.map((own, round) => own / peer.perSecond[round]).filter(Number.isFinite);
    const spread = [Math.min(...ratios), Math.max(...ratios)] as const;
    return { ratio: median(ratios), spread, peer: nameOf(peer.row), peakMB: peer.peakMB };
  };
  return {
    usual: against(bestOf(full.filter(({ row }) => !isHeroic(row)))),
    heroic: against(bestOf(full)),
  };
}
