/**
 * Draws classification episodes of one group each, for data in which every group (a table, a user) is a task with its own
 * classes (Vartak et al., 2017, with users as tasks).
 */

import { InputError } from "../base/errors.js";
import type { Random } from "../base/random.js";
import { type Row, unitOf } from "../data/types.js";
import type { Episode, EpisodeOptions, EpisodeSampler } from "./episode.js";

interface Options extends EpisodeOptions {
  least: number;
  most: number;
}

/**
 * A sampler over the rows of `groups`. A group is eligible if at least `least` of its classes (two, if the way is a single
 * number) have shot + 1 rows; one with fewer than `most` such classes gives episodes of all of them.
 *
 * @throws {InputError} data/too-few-eligible if no group is eligible, data/bad-episode for `across`; both start with `where`
 */
export function withinGroups(
  rows: readonly Row[],
  groups: readonly string[],
  { way, shot, query, across, least, most }: Options,
  where: string,
): EpisodeSampler {
  if (across) throw noAcross(where);
  const fewest = typeof way === "number" ? 2 : least;
  const byGroup = new Map<string, Map<string, number[]>>(groups.map((name) => [name, new Map()]));
  for (const [index, row] of rows.entries()) {
    const group = unitOf(row);
    const classes = group === undefined ? undefined : byGroup.get(group);
    if (!classes) continue;
    const own = classes.get(row.label!);
    if (own) own.push(index);
    else classes.set(row.label!, [index]);
  }
  const classesOf = new Map(
    groups.map((name) => [name, [...byGroup.get(name)!].filter(([, own]) => own.length > shot)]),
  );
  const eligible = groups.filter((name) => classesOf.get(name)!.length >= fewest);
  const ineligible = groups.filter((name) => !eligible.includes(name));
  if (eligible.length === 0) throw noneEligible(where, groups.length, fewest, shot);
  const mostWay = eligible.reduce((top, name) => Math.max(top, classesOf.get(name)!.length), 0);

  const draw = (random: Random): Episode => {
    const all = classesOf.get(eligible[random.integer(eligible.length)])!;
    const upper = Math.min(most, all.length);
    const count = typeof way === "number" ? upper : fewest + random.integer(upper - fewest + 1);
    const drawn = random.sample(all, count).map(([name, own]) => {
      const sample = random.sample(own, Math.min(shot + query, own.length));
      return { name, support: sample.slice(0, shot), query: sample.slice(shot) };
    });
    const items = (part: "support" | "query") =>
      drawn.flatMap((each, label) => each[part].map((row) => ({ row, label })));
    return {
      classes: drawn.map(({ name }) => name),
      support: items("support"),
      query: random.shuffle(items("query")),
    };
  };
  return { eligible, ineligible, mostWay, draw };
}

const noAcross = (where: string) =>
  new InputError({
    code: "data/bad-episode",
    where: `${where}, across`,
    problem: 'the value is "group"',
    expected: "none, since each group is a task and each episode is one group",
    remedy: "Leave it out, or leave out groupAsTask in dataset.json.",
  });

const noneEligible = (where: string, all: number, least: number, shot: number) =>
  new InputError({
    code: "data/too-few-eligible",
    where,
    problem: `no group of ${all} is eligible (has at least ${least} classes of ${shot + 1} examples)`,
    expected: "at least 1, since each group is a task",
    remedy: `${shot > 1 ? "Lower the option `shot`, or add" : "Add"} examples to the groups.`,
  });
