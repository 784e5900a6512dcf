/**
 * Queries of other classes for drawn episodes: what open-set recognition asks (Liu, Kang, Li, Hua, Vasconcelos, 2020).
 */

import type { Random } from "../base/random.js";
import type { Row } from "../data/types.js";
import type { Episode } from "./sampler.js";

export interface UnknownOptions {
  /** Queries a class at most. */
  query: number;
  /** Where support and query are of different groups, so are support and unknown queries. */
  across?: string | null;
}

/**
 * A function that gives an episode more queries: up to `query` of each of as many other classes as it has, or of all
 * others where there are fewer, labelled −1. `rows` are those that the episodes were drawn from. Where groups are tasks,
 * the others are of the episode's group: a class of another may be the same by another name.
 */
export function unknownSampler(
  rows: readonly Row[],
  { query, across }: UnknownOptions,
): (episode: Episode, random: Random) => Episode {
  const byClass = new Map<string, number[]>();
  for (const [index, { label }] of rows.entries()) {
    if (label === undefined) continue;
    const own = byClass.get(label);
    if (own) own.push(index);
    else byClass.set(label, [index]);
  }
  const classes = [...byClass.keys()].sort();
  return (episode, random) => {
    const groups = new Set(across ? episode.support.map(({ row }) => rows[row].group) : []);
    const { group, groupIsTask } = rows[episode.support[0].row];
    const isOwn = (row: number) => !groupIsTask || rows[row].group === group;
    const isFree = (row: number) => isOwn(row) && (!across || !groups.has(rows[row].group));
    const others = classes.filter(
      (name) => !episode.classes.includes(name) && byClass.get(name)!.some(isOwn),
    );
    const chosen = random.sample(others, Math.min(episode.classes.length, others.length));
    const unknown = chosen.flatMap((name) => {
      const free = byClass.get(name)!.filter(isFree);
      return random.sample(free, Math.min(query, free.length));
    });
    return { ...episode, query: [...episode.query, ...unknown.map((row) => ({ row, label: -1 }))] };
  };
}
