/**
 * Selects the peers that a workload is compared with and computes the ratios.
 *
 * *Usual* is the fastest peer that a practitioner would write: one process, no hand-compiled blocks. *Heroic* is the
 * fastest of all. Half precision is excluded, since it is a different workload.
 */

import { nameOf, type PeerRow } from "./peers.js";
import { median } from "./timing.js";

/** Measurements of a peer per round; NaN for a failed round. */
export interface PeerRounds {
  readonly row: PeerRow;
  readonly perSecond: readonly number[];
  readonly peakMB: number;
}

/** The ratio of metamodal's speed to a peer's: median and range over rounds. */
export interface Ratio {
  readonly ratio: number;
  readonly range: readonly [min: number, max: number];
  readonly peer: string;
  readonly peakMB: number;
}

/** Fraction of the fastest peer's speed above which a peer is measured in all rounds. */
const CANDIDATE_FRACTION = 0.85;

export const isHalfPrecision = ({ impl }: PeerRow): boolean => /bf16|fp16/.test(impl);

/** Heroic rows of W6: manually batched tasks, and the compiled complete step. */
const heroicSineRows: readonly string[] = ["bmm", "compile"];

/** Whether a peer is compiled by hand, uses several processes, or is written for the small workload W6. */
export const isHeroic = ({ workload, impl }: PeerRow): boolean =>
  impl.startsWith("hybrid") ||
  impl.endsWith("_2proc") ||
  (workload.startsWith("W6") && heroicSineRows.includes(impl));

const medianSpeed = ({ perSecond }: PeerRounds): number => {
  const values = perSecond.filter(Number.isFinite);
  return values.length > 0 ? median(values) : 0;
};

const fastest = (peers: readonly PeerRounds[]): PeerRounds | undefined =>
  peers.toSorted((a, b) => medianSpeed(b) - medianSpeed(a)).at(0);

/** The rows to measure after the first round: those near the fastest usual one or the fastest of all. */
export function candidates(peers: readonly PeerRounds[]): PeerRow[] {
  const nearFastest = (group: readonly PeerRounds[]) =>
    group.filter((peer) => medianSpeed(peer) >= CANDIDATE_FRACTION * medianSpeed(fastest(group)!));
  const usual = peers.filter(({ row }) => !isHeroic(row));
  return [...new Set([...nearFastest(usual), ...nearFastest(peers)])].map(({ row }) => row);
}

/** The rows near the fastest ones in earlier results; all rows of a workload without earlier peers. */
export function nearEarlierFastest(rows: readonly PeerRow[], { workloads }: EarlierResults): PeerRow[] {
  return rows.filter((row) => {
    const earlier = workloads.find(({ id }) => id === row.workload);
    if (!earlier || earlier.peers.length === 0) return true;
    const known = earlier.peers.map(({ name, perSecond, peakMB }): PeerRounds => {
      const [, impl, alloc] = /^(.*) \((.*)\)$/.exec(name)!;
      return { row: { ...row, impl, alloc }, perSecond: [perSecond], peakMB };
    });
    return candidates(known).some((candidate) => nameOf(candidate) === nameOf(row));
  });
}

/** The part of a report that has the speeds of peers. */
export interface EarlierResults {
  readonly workloads: readonly {
    readonly id: string;
    readonly peers: readonly { readonly name: string; readonly perSecond: number; readonly peakMB: number }[];
  }[];
}

/** Compare metamodal with the fastest usual peer and the fastest of all, round by round. */
export function compare(
  perSecond: readonly number[],
  peers: readonly PeerRounds[],
): { usual?: Ratio; heroic?: Ratio } {
  // Peers that were dropped after the first round are excluded, unless it was the only round.
  const complete = peers.filter((peer) => peer.perSecond.length === perSecond.length);
  const ratioTo = (peer: PeerRounds | undefined): Ratio | undefined => {
    if (!peer) return undefined;
    const ratios = perSecond.map((speed, round) => speed / peer.perSecond[round]).filter(Number.isFinite);
    const range = [Math.min(...ratios), Math.max(...ratios)] as const;
    return { ratio: median(ratios), range, peer: nameOf(peer.row), peakMB: peer.peakMB };
  };
  return {
    usual: ratioTo(fastest(complete.filter(({ row }) => !isHeroic(row)))),
    heroic: ratioTo(fastest(complete)),
  };
}
