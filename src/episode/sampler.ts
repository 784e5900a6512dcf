/**
 * Draws episodes: `way` classes, `shot` support examples a class and up to `query` query examples a class
 * (Vinyals et al., 2016; Triantafillou et al., 2020, for a variable way). Support and query share no row. Where labels
 * are numbers, an episode is one group: `shot` support examples and up to `query` others (Finn et al., 2017); where
 * groups are tasks whose labels are names, it is classes of one group (within.ts).
 */

import { InputError } from "../base/errors.js";
import type { Random } from "../base/random.js";
import { type Row, type TaskKind, unitOf, unitWords } from "../data/types.js";
import { shown } from "../modality/index.js";
import { acrossGroups, type Division } from "./across.js";
import { withinGroups } from "./within.js";

/**
 * `query` is a maximum: a class contributes as many as it has left. So is a `way` of one number where groups are tasks: a
 * group of fewer classes gives them all, but two at least. `across: "group"` divides groups.
 */
export interface EpisodeOptions {
  /** Default `classification`. In `regression` the way is 1, and what is said of classes here is said of groups. */
  task?: TaskKind;
  way: number | [min: number, max: number];
  shot: number;
  query: number;
  across?: string | null;
}

/**
 * One example of an episode: `row` indexes the sampler's rows, `label` is 0 to way − 1 (0 where labels are numbers), or
 * −1 for a query that is of none of the episode's classes. Of an example `byName`, what the row's label says is shown,
 * as text, and nothing else.
 */
export interface EpisodeItem {
  row: number;
  label: number;
  byName?: true;
}

/** `classes[label]` is the class name. Support is in class order, the query in random order. */
export interface Episode {
  classes: string[];
  support: EpisodeItem[];
  query: EpisodeItem[];
}

export interface EpisodeSampler {
  /** The classes that episodes are drawn from, and those with too few examples. */
  eligible: string[];
  ineligible: string[];
  /** The most classes that an episode could have, whatever the way. */
  mostWay: number;
  /** Draw an episode: a pure function of the stream, in time proportional to classes and episode. */
  draw(random: Random): Episode;
}

/**
 * A sampler over `rows` for the given classes. A class is eligible with at least shot + 1 rows; across groups,
 * when some division of its groups leaves `shot` rows on one side and a row on the other. Throws an
 * `InputError` that starts with `where` for bad options or fewer eligible classes than the (largest) way.
 */
export function episodeSampler(
  rows: readonly Row[],
  classes: readonly string[],
  options: EpisodeOptions,
  where: string,
): EpisodeSampler {
  const { shot, query } = options;
  const [least, most] = checkOptions(options, where);
  const isWithin = options.task !== "regression" && rows.some(({ groupIsTask }) => groupIsTask);
  if (isWithin) return withinGroups(rows, classes, { ...options, least, most }, where);
  const byClass = new Map<string, number[]>(classes.map((name) => [name, []]));
  for (const [index, row] of rows.entries()) {
    const unit = unitOf(row);
    if (unit !== undefined) byClass.get(unit)?.push(index);
  }

  const across = options.across ? acrossGroups(rows, byClass, shot, query) : undefined;
  const isEligible = (name: string) => across?.isEligible(name) ?? byClass.get(name)!.length > shot;
  const eligible = classes.filter(isEligible);
  const ineligible = classes.filter((name) => !isEligible(name));
  if (eligible.length < most) throw tooFew(where, eligible.length, classes.length, options);

  const divide = (names: string[], random: Random): Division[] =>
    names.map((name) => {
      const rows = byClass.get(name)!;
      const drawn = random.sample(rows, Math.min(shot + query, rows.length));
      return { support: drawn.slice(0, shot), query: drawn.slice(shot) };
    });

  const draw = (random: Random): Episode => {
    const way = least + random.integer(most - least + 1);
    for (let attempt = 0; attempt < attempts; attempt++) {
      const names = random.sample(eligible, way);
      const divided = across ? across.divide(names, random) : divide(names, random);
      if (!divided) continue;
      const items = (part: keyof Division) =>
        divided.flatMap((division, label) => division[part].map((row) => ({ row, label })));
      return { classes: names, support: items("support"), query: random.shuffle(items("query")) };
    }
    throw noDivision(where, way);
  };
  return { eligible, ineligible, mostWay: eligible.length, draw };
}

/** Draws across sparse groups may clash; other classes are drawn then, this many times. */
const attempts = 100;

function checkOptions(options: EpisodeOptions, where: string): [number, number] {
  const { task, way, shot, query, across } = options;
  const [least, most] = typeof way === "number" ? [way, way] : way;
  const fail = (field: string, value: unknown, expected: string, remedy = `Set --${field}.`): never => {
    throw new InputError({
      code: "data/bad-episode",
      where: `${where}, ${field}`,
      problem: `the value is ${shown(value)}`,
      expected,
      remedy,
    });
  };
  if (task === "regression") {
    const alone = "none, since labels are numbers and each episode is one group";
    if (way !== 1) fail("way", way, alone, "Leave it out.");
    if (across) fail("across", across, alone, "Leave it out.");
  } else if (![least, most].every(Number.isInteger) || least < 2 || most < least)
    fail("way", way, "a whole number of at least 2, or [min, max]");
  if (!Number.isInteger(shot) || shot < 1) fail("shot", shot, "a whole number of at least 1");
  if (!Number.isInteger(query) || query < 1) fail("query", query, "a whole number of at least 1");
  if (across && across !== "group") fail("across", across, 'the field "group"');
  return [least, most];
}

function tooFew(
  where: string,
  eligible: number,
  all: number,
  { task = "classification", way, shot, across }: EpisodeOptions,
): InputError {
  const [unit, units] = unitWords[task];
  const most = typeof way === "number" ? way : way[1];
  const of = across ? `${shot} examples in some groups and one in another` : `${shot + 1} examples`;
  const is = eligible === 1 ? `1 ${unit} is eligible (has` : `${eligible} ${units} are eligible (have`;
  // Only what can help: an episode has two classes at least, and a support example of each.
  const lower = [
    ...(eligible > 1 ? [`--way to ${eligible}`] : []),
    ...(shot > 1 && all > eligible ? ["--shot"] : []),
  ];
  const add = all < most ? `add ${units} to the split` : "add examples";
  return new InputError({
    code: "data/too-few-eligible",
    where,
    problem: `${is} at least ${of}) of ${all}`,
    expected: task === "regression" ? "at least 1" : `at least ${most}, the way`,
    remedy: lower.length > 0 ? `Lower ${lower.join(" or ")}, or ${add}.` : `A${add.slice(1)}.`,
  });
}

const noDivision = (where: string, way: number) =>
  new InputError({
    code: "data/no-group-division",
    where: `${where}, across`,
    problem: `in ${attempts} draws, no ${way} classes could share one division of their groups`,
    expected: "groups that most classes have in common, or that few do",
    remedy: "Lower --way or --shot, or leave out --across.",
  });
