/** Adds queries of unknown classes to episodes, for open-set recognition (Liu, Kang, Li, Hua, Vasconcelos, 2020). */

import type { Random } from "../base/random.js";
import type { Row } from "../data/types.js";
import type { Episode } from "./episode.js";

export interface UnknownOptions {
  /** The largest number of queries per class. */
  query: number;
  /** Set if support and query are from different groups; support and unknown queries are then as well. */
  across?: string | null;
}

/**
 * A function that adds queries with label −1 to an episode: at most `query` of each of as many other classes as the episode
 * has (of all others, if there are fewer). `rows` are the rows that the episodes were drawn from. If each group is a task,
 * the other classes are of the episode's group: a class of another group may be the same under another name.
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
