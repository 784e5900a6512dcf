/** The capacity of exported graphs: the most classes and support examples that their arrays have room for. */

import { InputError } from "../base/errors.js";
import { type ModelDefinition, mostOf } from "../model/index.js";
import { STATIC_QUERIES } from "./graphs.js";
import type { Capacity, ExportOptions } from "./types.js";

/** The most support examples, and queries of an export of fixed sizes: beyond, tracing takes minutes and gigabytes. */
const MOST = 10_000;
/** Least default of the classes and of the examples per class. */
const USUAL = 5;

/**
 * The capacity for `way` classes of `shot` examples; by default those of training, at least 5.
 *
 * @throws {InputError} `export/capacity`
 */
export function capacityOf(
  { recipe, learner }: ModelDefinition,
  { way, shot }: { readonly way?: number; readonly shot?: number },
): Capacity {
  const { task, episode } = recipe;
  const trainedWay = mostOf(episode.way);
  const isRegression = task === "regression";
  const chosen = way ?? (isRegression ? 1 : learner.fixedWay ? trainedWay : Math.max(USUAL, trainedWay));
  const examples = shot ?? Math.max(USUAL, episode.shot);
  if (isRegression && chosen !== 1) throw bad("way", chosen, "none, since the model predicts numbers");
  if (learner.fixedWay && chosen !== trainedWay)
    throw bad("way", chosen, `${trainedWay}, which ${recipe.learner.name} was meta-trained for`);
  if (!Number.isInteger(chosen) || (chosen < 2 && !isRegression))
    throw bad("way", chosen, "a whole number of at least 2");
  if (!Number.isInteger(examples) || examples < 1)
    throw bad("shot", examples, "a whole number of at least 1");
  if (chosen * examples > MOST)
    throw bad("way × shot", chosen * examples, `at most ${MOST} support examples`);
  return { way: chosen, shot: examples, support: chosen * examples };
}

/**
 * The fixed number of queries of an export; undefined if it is free.
 *
 * @throws {InputError} `export/queries`
 */
export function fixedQueries({
  static: isStatic,
  queries,
}: Pick<ExportOptions, "static" | "queries">): number | undefined {
  if (queries === undefined) return isStatic ? STATIC_QUERIES : undefined;
  if (isStatic && Number.isInteger(queries) && queries >= 1 && queries <= MOST) return queries;
  throw new InputError({
    code: "export/queries",
    where: "option queries",
    problem: isStatic ? `the value is ${queries}` : "the number of queries is free without the option static",
    expected: isStatic
      ? `a whole number of 1 to ${MOST}`
      : "a number of queries for an export of fixed sizes",
    remedy: isStatic
      ? "Leave it out for the default."
      : "Set static as well (--static), or leave queries out.",
  });
}

const bad = (option: string, value: number, expected: string) =>
  new InputError({
    code: "export/capacity",
    where: `option ${option}`,
    problem: `the value is ${value}`,
    expected,
    remedy: "Leave it out for the default.",
  });
