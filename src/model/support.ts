/** The rows of a support as arrays for adapting. */

import { allocate, type NDArray } from "../base/array.js";
import { InputError } from "../base/errors.js";
import { groupsAreTasks, type Row, type TaskKind, taskOf } from "../data/index.js";
import {
  canonicalOrder,
  collateSupport,
  type EpisodeItem,
  episodeUnit,
  type LabelledBatch,
  standardisedTarget,
  type Table,
  type TargetUnit,
  type View,
  withLabelShots,
} from "../episode/index.js";
import { shown } from "../modality/index.js";
import type { ModelDefinition } from "./definition.js";
import { capacityFor, waysArray } from "./examples.js";

interface SupportArrays {
  readonly support: LabelledBatch;
  readonly items: readonly EpisodeItem[];
  /** Class mask [way capacity]. */
  readonly ways: NDArray;
  readonly classes: string[];
  /** Centre and scale by which regression targets are standardised. */
  readonly unit: TargetUnit;
}

/**
 * Collate a table's labelled rows as the support of a view, padded to a capacity. `items` are the rows, then the label
 * shots; `classes` are in name order, none for regression. Throws an `InputError` for rows that are no task of the model.
 */
export function supportArrays(
  table: Table,
  view: Pick<View, "support" | "labelShots">,
  definition: ModelDefinition,
): SupportArrays {
  const { task } = definition.recipe;
  const unlabelled = table.rows.find((row) => taskOf([row]) === undefined);
  if (unlabelled)
    throw new InputError({
      code: "task/no-label",
      where: unlabelled.where,
      problem: "the support example has no label",
      expected: "a label in every support example",
      remedy: "Add it, or take the row out of the support.",
    });
  if (taskOf(table.rows) !== task) throw otherTask(table.rows[0], task);
  const classes = task === "regression" ? [] : classesOf(table.rows, definition);
  if (groupsAreTasks(table.rows)) checkOneGroup(table.rows);
  const way = capacityFor(classes.length);
  const given = table.rows.map(({ label }, row) => ({ row, label: Math.max(0, classes.indexOf(label!)) }));
  // By class, then by value: learners that take minibatches of a support depend on its order.
  const rows = canonicalOrder(table, given).sort((a, b) => a.label - b.label);
  const { support: items } = withLabelShots({ classes, support: rows, query: [] }, view.labelShots);
  const capacity = capacityFor(items.length);
  const labels = allocate({ dtype: "float32", shape: [capacity, way] });
  const unit = episodeUnit(table, { support: items });
  for (const [i, { row, label }] of items.entries()) {
    const { target } = table.rows[row];
    labels.data[i * way + label] = target === undefined ? 1 : standardisedTarget(target, unit);
  }
  return {
    support: { ...collateSupport(table, items, view, capacity), labels },
    items,
    ways: waysArray(Math.max(1, classes.length), way),
    classes,
    unit,
  };
}

/** The classes of a support, in name order. */
function classesOf(rows: readonly Row[], { recipe, learner }: ModelDefinition): string[] {
  const classes = [...new Set(rows.map(({ label }) => label!))].sort();
  if (classes.length < 2)
    throw new InputError({
      code: "task/one-class",
      where: rows[0].where,
      problem: `the support's only class is "${classes[0]}"`,
      expected: "at least two classes",
      remedy: "Add examples of another class.",
    });
  const trainedWay = recipe.episode.way;
  if (learner.fixedWay && classes.length !== trainedWay)
    throw new InputError({
      code: "task/fixed-way",
      where: rows[0].where,
      problem: `the support has ${classes.length} classes`,
      expected: `${trainedWay}, which ${recipe.learner.name} was meta-trained for`,
      remedy: "Give that many classes, or use a learner that takes any number.",
    });
  return classes;
}

/** Check that the rows are of one group, for data whose groups are tasks. */
function checkOneGroup(rows: readonly Row[]): void {
  const first = rows[0].group;
  const other = rows.find(({ group }) => group !== first);
  if (!other) return;
  throw new InputError({
    code: "task/several-groups",
    where: `${other.where}, field "group"`,
    problem: `the group is ${shown(other.group)} here and ${shown(first)} in ${rows[0].where}`,
    expected: "one group, or none, since each group is a task",
    remedy: "Adapt to each group by itself.",
  });
}

const otherTask = ({ where }: Row, task: TaskKind) =>
  new InputError({
    code: "task/other-labels",
    where: `${where}, field "label"`,
    problem: `the label is a ${task === "regression" ? "name" : "number"}`,
    expected: `a ${task === "regression" ? "number" : "string"}, since the model was trained to predict ${task === "regression" ? "numbers" : "classes"}`,
    remedy: "Correct the labels, or use a model trained on such labels.",
  });
