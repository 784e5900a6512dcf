/**
 * Draws episodes of `way` classes with `shot` support and at most `query` query examples per class (Vinyals et al., 2016;
 * Triantafillou et al., 2020, for a variable way). Support and query share no row. In regression an episode is one group
 * (Finn et al., 2017); in classification with a task per group, it has classes of one group (within.ts).
 */

import { InputError } from "../base/errors.js";
import type { Random } from "../base/random.js";
import { unitWords } from "../data/task.js";
import { type Row, unitOf } from "../data/types.js";
import { shown } from "../modality/index.js";
import { acrossGroups, type Division } from "./across.js";
import type { Episode, EpisodeOptions, EpisodeSampler } from "./episode.js";
import { withinGroups } from "./within.js";

/**
 * A sampler over `rows` for the given classes. A class is eligible if it has at least shot + 1 rows or, across groups, if its
 * groups can be divided into `shot` or more support rows and at least one query row.
 *
 * @throws {InputError} data/bad-episode for bad options, data/too-few-eligible for fewer eligible classes than the (largest)
 *   way; both start with `where`
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

/** Number of class draws before giving up: across sparse groups, the classes of a draw may admit no division. */
const attempts = 100;

function checkOptions(options: EpisodeOptions, where: string): [number, number] {
  const { task, way, shot, query, across } = options;
  const [least, most] = typeof way === "number" ? [way, way] : way;
  const fail = (
    field: string,
    value: unknown,
    expected: string,
    remedy = `Set the option \`${field}\`.`,
  ): never => {
    throw new InputError({
      code: "data/bad-episode",
      where: `${where}, ${field}`,
      problem: `the value is ${shown(value)}`,
      expected,
      remedy,
    });
  };
  if (task === "regression") {
    const alone = "none, since in regression each episode is one group";
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
  // An episode has at least two classes and a support example of each.
  const lower = [
    ...(eligible > 1 ? [`the option \`way\` to ${eligible}`] : []),
    ...(shot > 1 && all > eligible ? ["the option `shot`"] : []),
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
    remedy: "Lower the option `way` or the option `shot`, or leave out the option `across`.",
  });
