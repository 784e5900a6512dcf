/** `metamodal data inspect`: check a data folder and say what is in it. */

import type { Dataset } from "../../index.js";
import type { Command } from "../command.js";
import { print, printJson } from "../output.js";
import { counted, figure, table } from "../text.js";

export const dataInspect: Command = {
  name: "data inspect",
  args: ["DATA"],
  summary: "Check a data folder: rows, classes, splits, modalities.",
  examples: ["metamodal data inspect my-data", "metamodal data inspect my-data --json"],

  async run({ args: [path], values, signal }) {
    const { checkMedia, openDataset, splitClasses, taskOf, unitOf } = await import("../../data/index.js");
    const dataset = await openDataset(path, { signal });
    if (dataset.rows.some(({ split }) => split)) splitClasses(dataset, 0); // throws for a class in two splits
    await checkMedia(dataset, signal);
    const summary = summarise(dataset, taskOf(dataset.rows) ?? null, unitOf);
    if (values.json) printJson({ data: path, ...summary });
    else print(describe(summary));
  },
};

type Summary = ReturnType<typeof summarise>;

type Row = Dataset["rows"][number];
type Task = "classification" | "regression";

/** `unitOf` tells the class or, where labels are numbers, the group of a row. */
function summarise(
  { name, licence, kinds, rows }: Dataset,
  task: Task | null,
  unitOf: (row: Row) => string | undefined,
) {
  const classes = countBy(rows, ({ label }) => label);
  const splits = [...new Set(rows.flatMap(({ split }) => split ?? []))].map((split) => {
    const own = rows.filter((row) => row.split === split);
    return [
      split,
      { rows: own.length, [task === "regression" ? "groups" : "classes"]: countBy(own, unitOf).size },
    ] as const;
  });
  const modalities = Object.entries(kinds).map(([modality, { kind }]) => {
    const having = rows.filter(({ values }) => Object.hasOwn(values, modality));
    return [modality, { kind, rows: having.length }] as const;
  });
  const sizes = [...classes.values()];
  return {
    name,
    licence,
    task,
    rows: rows.length,
    unlabelled: rows.filter(({ label, target }) => label === undefined && target === undefined).length,
    classes: classes.size,
    rowsPerClass: sizes.length > 0 ? { least: Math.min(...sizes), most: Math.max(...sizes) } : null,
    numbers: task === "regression" ? rangeOf(rows.flatMap(({ target }) => target ?? [])) : null,
    groups: countBy(rows, ({ group }) => group).size,
    splits: Object.fromEntries(splits),
    modalities: Object.fromEntries(modalities),
  };
}

function rangeOf(values: readonly number[]): { least: number; most: number } {
  const [least, most] = [Math.min, Math.max].map((pick) => values.reduce((a, b) => pick(a, b)));
  return { least, most };
}

function countBy<Item>(items: readonly Item[], key: (item: Item) => string | undefined): Map<string, number> {
  const counts = new Map<string, number>();
  for (const item of items) {
    const name = key(item);
    if (name !== undefined) counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return counts;
}

function describe(summary: Summary): string {
  const { name, licence, task, rows, unlabelled, classes, rowsPerClass, numbers, groups } = summary;
  const { splits, modalities } = summary;
  const title = [
    name,
    counted(rows, "row"),
    numbers
      ? `numbers from ${figure(numbers.least)} to ${figure(numbers.most)}`
      : counted(classes, "class", "classes") +
        (rowsPerClass ? ` of ${rowsPerClass.least} to ${counted(rowsPerClass.most, "row")}` : ""),
    ...(groups > 0 ? [counted(groups, "group")] : []),
    ...(unlabelled > 0 ? [`${unlabelled} without a label`] : []),
    ...(licence ? [`licence ${licence}`] : []),
  ].join(", ");
  const units = task === "regression" ? "groups" : "classes";
  const splitRows = Object.entries(splits).map(([split, own]) => [split, `${own.rows}`, `${own[units]}`]);
  const modalityRows = Object.entries(modalities).map(([name, own]) => [name, own.kind, `${own.rows}`]);
  const number = (title: string) => ({ title, right: true });
  return [
    `${title}\n`,
    splitRows.length > 0
      ? table([{ title: "split" }, number("rows"), number(units)], splitRows)
      : `No row has a split: ${units} are split 70/15/15 by seed when a model is trained.\n`,
    table([{ title: "modality" }, { title: "kind" }, number("rows")], modalityRows),
  ].join("\n");
}
