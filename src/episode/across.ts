/**
 * Divides an episode across groups: no group (speaker, drawer, user) is in both its support and its query, for any class.
 * Classes reuse each other's support groups if possible, which leaves the most groups for the query.
 */

import { InputError } from "../base/errors.js";
import type { Random } from "../base/random.js";
import type { Row } from "../data/types.js";

/** The support and query rows of one class. */
export interface Division {
  support: number[];
  query: number[];
}

interface Group {
  name: string;
  rows: number[];
}

interface GroupedRows {
  /** Whether some division leaves `shot` rows for the support and one for the query. */
  isEligible(className: string): boolean;
  /** One division for all the classes; undefined if the random choices conflict. */
  divide(classNames: readonly string[], random: Random): Division[] | undefined;
}

const count = (groups: readonly Group[]) => groups.reduce((sum, { rows }) => sum + rows.length, 0);

/** Group the rows of every class once. @throws {InputError} data/no-group for a row without a group */
export function acrossGroups(
  rows: readonly Row[],
  byClass: ReadonlyMap<string, readonly number[]>,
  shot: number,
  query: number,
): GroupedRows {
  const grouped = new Map<string, Group[]>();
  for (const [className, indexes] of byClass) {
    const groups = new Map<string, Group>();
    for (const index of indexes) {
      const { group: name, where } = rows[index];
      if (name === undefined) throw noGroup(where);
      if (!groups.has(name)) groups.set(name, { name, rows: [] });
      groups.get(name)!.rows.push(index);
    }
    grouped.set(className, [...groups.values()]);
  }

  const isEligible = (className: string) => {
    const groups = grouped.get(className)!;
    const smallest = Math.min(...groups.map(({ rows }) => rows.length));
    return groups.length > 1 && count(groups) - smallest >= shot;
  };

  const divide = (classNames: readonly string[], random: Random) => {
    const support = new Set<string>();
    const held = new Set<string>();
    for (const className of classNames) {
      const groups = random.shuffle(grouped.get(className)!);
      if (!groups.some(({ name }) => held.has(name))) {
        const total = count(groups);
        const hold = groups.find(({ name, rows }) => !support.has(name) && total - rows.length >= shot);
        if (!hold) return undefined;
        held.add(hold.name);
      }
      let has = count(groups.filter(({ name }) => support.has(name)));
      for (const { name, rows } of groups) {
        if (has >= shot) break;
        if (support.has(name) || held.has(name)) continue;
        support.add(name);
        has += rows.length;
      }
      if (has < shot) return undefined;
    }
    return classNames.map((className) => {
      const groups = grouped.get(className)!;
      const isSupport = ({ name }: Group) => support.has(name);
      const supportRows = groups.filter(isSupport).flatMap(({ rows }) => rows);
      const queryRows = groups.filter((group) => !isSupport(group)).flatMap(({ rows }) => rows);
      return {
        support: random.sample(supportRows, shot),
        query: random.sample(queryRows, Math.min(query, queryRows.length)),
      };
    });
  };
  return { isEligible, divide };
}

const noGroup = (where: string) =>
  new InputError({
    code: "data/no-group",
    where: `${where}, field "group"`,
    problem: "the row has no group",
    expected: "a group in every row, to draw support and query across groups",
    remedy: "Add it, or leave out the option `across`.",
  });
