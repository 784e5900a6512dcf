/** `metamodal data inspect`: check a data folder and say what is in it. */

import type { Dataset } from "../../index.js";
import type { Command } from "../command.js";
import { print, printJson } from "../output.js";
import { counted, table } from "../text.js";

export const dataInspect: Command = {
  name: "data inspect",
  args: ["DATA"],
  summary: "Check a data folder: rows, classes, splits, modalities.",
  examples: ["metamodal data inspect my-data", "metamodal data inspect my-data --json"],

  async run({ args: [path], values, signal }) {
    const { checkMedia, openDataset, splitClasses } = await import("../../data/index.js");
    const dataset = await openDataset(path, { signal });
    if (dataset.rows.some(({ split }) => split)) splitClasses(dataset, 0); // throws for a class in two splits
    await checkMedia(dataset, signal);
    const summary = summarise(dataset);
    if (values.json) printJson({ data: path, ...summary });
    else print(describe(summary));
  },
};

type Summary = ReturnType<typeof summarise>;

function summarise({ name, licence, kinds, rows }: Dataset) {
  const classes = countBy(rows, ({ label }) => label);
  const splits = [...new Set(rows.flatMap(({ split }) => split ?? []))].map((split) => {
    const own = rows.filter((row) => row.split === split);
    return [split, { rows: own.length, classes: countBy(own, ({ label }) => label).size }] as const;
  });
  const modalities = Object.entries(kinds).map(([modality, { kind }]) => {
    const having = rows.filter(({ values }) => Object.hasOwn(values, modality));
    return [modality, { kind, rows: having.length }] as const;
  });
  const sizes = [...classes.values()];
  return {
    name,
    licence,
    rows: rows.length,
    unlabelled: rows.filter(({ label }) => label === undefined).length,
    classes: classes.size,
    rowsPerClass: sizes.length > 0 ? { least: Math.min(...sizes), most: Math.max(...sizes) } : null,
    groups: countBy(rows, ({ group }) => group).size,
    splits: Object.fromEntries(splits),
    modalities: Object.fromEntries(modalities),
  };
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
  const { name, licence, rows, unlabelled, classes, rowsPerClass, groups, splits, modalities } = summary;
  const title = [
    name,
    counted(rows, "row"),
    counted(classes, "class", "classes") +
      (rowsPerClass ? ` of ${rowsPerClass.least} to ${counted(rowsPerClass.most, "row")}` : ""),
    ...(groups > 0 ? [counted(groups, "group")] : []),
    ...(unlabelled > 0 ? [`${unlabelled} without a label`] : []),
    ...(licence ? [`licence ${licence}`] : []),
  ].join(", ");
  const splitRows = Object.entries(splits).map(([split, own]) => [split, `${own.rows}`, `${own.classes}`]);
  const modalityRows = Object.entries(modalities).map(([name, own]) => [name, own.kind, `${own.rows}`]);
  const number = (title: string) => ({ title, right: true });
  return [
    `${title}\n`,
    splitRows.length > 0
      ? table([{ title: "split" }, number("rows"), number("classes")], splitRows)
      : "No row has a split: classes are split 70/15/15 by seed when a model is trained.\n",
    table([{ title: "modality" }, { title: "kind" }, number("rows")], modalityRows),
  ].join("\n");
}
