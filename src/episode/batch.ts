/** Draws batches of examples of all classes, for supervised (closed-set) training, in the form of episodes. */

import { InputError } from "../base/errors.js";
import type { Row } from "../data/types.js";
import type { EpisodeSampler } from "./episode.js";

/**
 * A sampler of batches of `size` different rows of `classes`, drawn uniformly; of all rows if there are fewer. A batch is the
 * query of an episode of all the classes, in the given order, with an empty support.
 *
 * @throws {InputError} data/too-few-classes for fewer than two classes, data/batch-of-groups if each group is a task; both
 *   start with `where`
 */
export function batchSampler(
  rows: readonly Row[],
  classes: readonly string[],
  size: number,
  where: string,
): EpisodeSampler {
  const task = rows.find(({ groupIsTask }) => groupIsTask);
  if (task)
    throw new InputError({
      code: "data/batch-of-groups",
      where,
      problem: "each group is a task of its own, since dataset.json says groupAsTask",
      expected: "classes that all rows share, to learn them at once",
      remedy: "Leave groupAsTask out of dataset.json, or choose a learner that trains on episodes.",
    });
  const labels = new Map(classes.map((name, k) => [name, k]));
  const items = rows.flatMap(({ label }, row) => {
    const k = labels.get(label!);
    return k === undefined ? [] : [{ row, label: k }];
  });
  if (classes.length < 2)
    throw new InputError({
      code: "data/too-few-classes",
      where,
      problem: `it has ${classes.length === 1 ? `one class, "${classes[0]}"` : "no class"}`,
      expected: "at least two classes",
      remedy: "Add examples of another class.",
    });
  const has = new Set(items.map(({ label }) => label));
  return {
    eligible: classes.filter((_, k) => has.has(k)),
    ineligible: classes.filter((_, k) => !has.has(k)),
    mostWay: classes.length,
    draw: (random) => ({
      classes: [...classes],
      support: [],
      query: random.sample(items, Math.min(size, items.length)),
    }),
  };
}
