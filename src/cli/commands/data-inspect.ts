/** `metamodal data inspect`: check a data folder and summarise its contents. */

import type { Inspection } from "../../index.js";
import { columnsOf } from "../columns.js";
import type { CommandWith } from "../command.js";
import { flag, text } from "../option.js";
import { print, printJson } from "../output.js";
import { pictureFor } from "../place.js";
import { printNotices } from "../progress.js";
import { columns, json, splitColumn } from "../shared-options.js";
import { counted, figure, grouped, lines, table } from "../text.js";

const options = {
  closed: flag("allow a class in several splits, as train --closed does"),
  picture: text("FILE", "also draw a contact sheet, a few examples per class: a .png or .svg file"),
  ...splitColumn,
  ...columns,
  ...json,
};

export const dataInspect: CommandWith<typeof options> = {
  name: "data inspect",
  args: ["DATA"],
  summary: "Check a data folder: rows, classes, splits, modalities.",
  examples: [
    "metamodal data inspect my-data",
    "metamodal data inspect my-data --picture sheet.png",
    "metamodal data inspect my-data --json",
    "metamodal data inspect my-data --closed",
  ],
  options,

  async run({ args: [path], values, signal }) {
    const { contactSheet, inspectDataset, openDataset } = await import("../../index.js");
    const picture = values.picture === undefined ? undefined : pictureFor(values.picture, path);
    const dataset = await openDataset(path, { ...columnsOf(values, values.split), signal });
    printNotices(dataset.notices);
    const inspection = await inspectDataset(dataset, { closed: values.closed, signal });
    if (picture) await picture.write(await contactSheet(dataset, { signal }));
    if (values.json) printJson({ data: path, ...inspection, ...(picture && { picture: values.picture }) });
    else print(describe(inspection) + (picture ? `\npicture  ${values.picture}\n` : ""));
  },
};

function describe(inspection: Inspection): string {
  const { name, licence, rows, unlabelled, classes, rowsPerClass, numbers, groups } = inspection;
  const { splits, modalities, present, groupAsTask, task } = inspection;
  const title = [
    name,
    counted(rows, "row"),
    numbers
      ? `targets from ${figure(numbers.least)} to ${figure(numbers.most)}`
      : counted(classes, "class", "classes") +
        (rowsPerClass ? ` of ${rowsPerClass.least} to ${counted(rowsPerClass.most, "row")}` : ""),
    ...(groups > 0
      ? [counted(groups, "group") + (groupAsTask && task === "classification" ? ", each a task" : "")]
      : []),
    ...(unlabelled > 0 ? [`${unlabelled} without a label`] : []),
    ...(licence ? [`licence ${licence}`] : []),
  ].join(", ");
  const units = groupAsTask ? "groups" : "classes";
  const number = (title: string) => ({ title, right: true });
  const splitRows = Object.entries(splits).map(([split, own]) => [split, `${own.rows}`, `${own[units]}`]);
  const modalityRows = Object.entries(modalities).map(([modality, { kind, rows, missing, sizes }]) => [
    modality,
    kind,
    `${rows}`,
    `${missing}`,
    sizes ? `${rangeText(sizes)} ${sizes.of}` : "",
  ]);
  const together = present.map(({ modalities, rows }) => [modalities.join(" + "), `${rows}`]);
  return [
    `${lines([title])}\n`,
    splitRows.length > 0
      ? table([{ title: "split" }, number("rows"), number(units)], splitRows)
      : `No row has a split: ${units} are split 70/15/15 by seed when a model is trained.\n`,
    table(
      [{ title: "modality" }, { title: "kind" }, number("rows"), number("missing"), { title: "size" }],
      modalityRows,
    ),
    ...(together.length > 1 ? [table([{ title: "present" }, number("rows")], together)] : []),
  ].join("\n");
}

const rangeText = ({ least, median, most }: { least: number; median: number; most: number }): string =>
  least === most ? grouped(least) : `${grouped(least)} to ${grouped(most)}, median ${grouped(median)}`;
