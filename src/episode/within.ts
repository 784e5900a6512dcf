/**
 * Draws episodes where groups are tasks whose labels are names: each is of one group and its classes, since what a label
 * means in one group (a table, a user) says nothing of another (Vartak et al., 2017, of users as tasks).
 */

import { InputError } from "../base/errors.js";
import type { Random } from "../base/random.js";
import { type Row, unitOf } from "../data/types.js";
import type { Episode, EpisodeOptions, EpisodeSampler } from "./sampler.js";

interface Options extends EpisodeOptions {
  least: number;
  most: number;
}

/**
 * A sampler over the rows of `groups`. Of each group, classes with at least shot + 1 rows count, and a group is eligible
 * with `least` such classes; one that has fewer than `most` gives episodes of all of them. Where the way was one number,
 * `least` is two. Throws an `InputError` that starts with `where` when no group is eligible, and for `across`.
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
      drawn.flatMap((one, label) => one[part].map((row) => ({ row, label })));
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
    expected: "none, since each group is a task and an episode is of one",
    remedy: "Leave it out, or leave out groupAsTask in dataset.json.",
  });

const noneEligible = (where: string, all: number, least: number, shot: number) =>
  new InputError({
    code: "data/too-few-eligible",
    where,
    problem: `no group of ${all} is eligible (has at least ${least} classes of ${shot + 1} examples)`,
    expected: "at least 1, since each group is a task",
    remedy: `${shot > 1 ? "Lower --shot, or add" : "Add"} examples to the groups.`,
  });
