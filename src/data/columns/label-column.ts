/** Suggests the column of labels when none is named so, by its name and by its number of distinct values. */

import { InputError } from "../../base/errors.js";
import { inferColumn } from "../../modality/index.js";
import { listed, quoted } from "../listed.js";
import type { RawRecord } from "../record.js";
import type { Dataset } from "../types.js";
import { cellsOf, isRowField } from "./cells.js";
import { oneHotColumns } from "./one-hot.js";
import type { Unlabelled } from "./types.js";

/** Usual names of label columns, the likeliest first. */
const usualNames = (
  "label labels class classes target category species sentiment y class_name classname label_name class_label survived " +
  "outcome diagnosis variety breed genre topic intent emotion quality type tag result response income churn"
).split(" ");
/** Endings of longer names: `intent_label`, `ReviewClass`. */
const usualEndings = /(label|class|target|category|species|sentiment)$/;

/** The columns of records without a label, and those that may hold it. */
export function unlabelledOf(records: readonly RawRecord[], names: readonly string[]): Unlabelled {
  const columns = names.filter((name) => !isRowField(name) && name !== "");
  const ranked = columns.flatMap((name) => {
    const rank = usualNames.indexOf(name.trim().toLowerCase());
    if (rank < 0 && !usualEndings.test(name.trim().toLowerCase())) return [];
    const cells = cellsOf(records, name);
    if (!cells) return [];
    const { distinct, present } = inferColumn(cells, { type: "category" });
    const isClass = distinct > 1 && (distinct <= present / 2 || present < 10);
    return isClass ? [{ name, values: distinct, rank: rank < 0 ? usualNames.length : rank }] : [];
  });
  ranked.sort((a, b) => a.rank - b.rank);
  return {
    columns,
    likely: ranked.map(({ name, values }) => ({ name, values })),
    oneHot: oneHotColumns(records, columns),
  };
}

/** How to state the column of labels, in one sentence. */
export function labelAdvice({ columns, likely, oneHot }: Unlabelled): string {
  if (oneHot.length > 0)
    return `${listed(oneHot.map(quoted))} are one-hot: give the option \`label: ${JSON.stringify(oneHot)}\`, or write the name of the column with the 1 in a column "label"`;
  const [first] = likely;
  if (first)
    return `${quoted(first.name)} may be it (${first.values} values): give the option \`label: ${JSON.stringify(first.name)}\`, write "label": ${JSON.stringify(first.name)} in dataset.json, or rename the column to label`;
  return `the columns are ${listed(columns.map(quoted))}: give the option \`label: COLUMN\`, write "label" in dataset.json, or rename the column to label`;
}

/** Check that some row of a data set has a label, unless it has no columns to choose from. @throws {InputError} data/no-label */
export function checkLabelled({ name, rows, unlabelled }: Dataset): void {
  if (!unlabelled || rows.some(({ label, target }) => label !== undefined || target !== undefined)) return;
  throw new InputError({
    code: "data/no-label",
    where: name,
    problem: "no row has a label",
    expected: `a column called label among ${listed(unlabelled.columns.map(quoted))}`,
    remedy: `Name it: ${labelAdvice(unlabelled)}.`,
  });
}
