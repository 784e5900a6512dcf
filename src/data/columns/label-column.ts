/** Which column may hold the label when none is named so: by its name, and by how few values it has. */

import { InputError } from "../../base/errors.js";
import { inferColumn } from "../../modality/index.js";
import type { RawRecord } from "../rows.js";
import type { Dataset } from "../types.js";
import { cellsOf, isRowField, listed, quoted } from "./fields.js";

const usual = [
  ...["label", "labels", "class", "classes", "target", "category", "species", "sentiment", "y"],
  ...[
    "class_name",
    "classname",
    "label_name",
    "class_label",
    "survived",
    "outcome",
    "diagnosis",
    "variety",
    "breed",
  ],
  ...[
    "genre",
    "topic",
    "intent",
    "emotion",
    "quality",
    "type",
    "tag",
    "result",
    "response",
    "income",
    "churn",
  ],
];
/** The ends of longer names: `intent_label`, `ReviewClass`. */
const usualEnds = /(label|class|target|category|species|sentiment)$/;

/** A column with the number of its values. */
interface LabelCandidate {
  readonly name: string;
  readonly values: number;
}

/** What an unlabelled table says of its columns. */
export interface Unlabelled {
  readonly columns: readonly string[];
  readonly likely: readonly LabelCandidate[];
  /** Columns of 0 and 1 of which each row has one 1. */
  readonly oneHot: readonly string[];
}

/** The columns of records without a label, and those that may hold it, the likeliest first. */
export function unlabelledOf(records: readonly RawRecord[], columns: readonly string[]): Unlabelled {
  const free = columns.filter((name) => !isRowField(name) && name !== "");
  const ranked = free.flatMap((name) => {
    const rank = usual.indexOf(name.trim().toLowerCase());
    if (rank < 0 && !usualEnds.test(name.trim().toLowerCase())) return [];
    const cells = cellsOf(records, name);
    if (!cells) return [];
    const { distinct, present } = inferColumn(cells, { type: "category" });
    const isClass = distinct > 1 && (distinct <= present / 2 || present < 10);
    return isClass ? [{ name, values: distinct, rank: rank < 0 ? usual.length : rank }] : [];
  });
  ranked.sort((a, b) => a.rank - b.rank);
  return {
    columns: free,
    likely: ranked.map(({ name, values }) => ({ name, values })),
    oneHot: oneHotOf(records, free),
  };
}

/** The columns of 0 and 1, if each record has exactly one 1 in them. */
function oneHotOf(records: readonly RawRecord[], columns: readonly string[]): string[] {
  const binary = columns.filter((name) => records.every(({ fields }) => bit(fields[name]) !== undefined));
  if (binary.length < 2) return [];
  const isOne = ({ fields }: RawRecord) =>
    binary.reduce((sum, name) => sum + (bit(fields[name]) ?? 0), 0) === 1;
  return records.every(isOne) ? binary : [];
}

const bits = new Map<unknown, 0 | 1>([
  ...([0, false, "0", "0.0"] as const).map((value) => [value, 0] as const),
  ...([1, true, "1", "1.0"] as const).map((value) => [value, 1] as const),
]);
const bit = (value: unknown): 0 | 1 | undefined => bits.get(value);

/** What to write so that a column is the label, in one sentence. */
export function labelAdvice({ columns, likely, oneHot }: Unlabelled): string {
  if (oneHot.length > 0)
    return `${listed(oneHot.map(quoted))} hold a single 1 in each row: give --label ${oneHot.map(argument).join(",")}, or write the name of that column as a column "label"`;
  const [first] = likely;
  if (first)
    return `${quoted(first.name)} may be it (${first.values} values): give --label ${argument(first.name)}, write "label": ${JSON.stringify(first.name)} in dataset.json, or rename the column to label`;
  return `the columns are ${listed(columns.map(quoted))}: give --label COLUMN, write "label" in dataset.json, or rename the column to label`;
}

const argument = (name: string) => (/^[\w.-]+$/.test(name) ? name : JSON.stringify(name));

/** Throw an `InputError` that lists the columns if no row of a data set has a label and its table has none. */
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
