/** The base model on tables beside logistic regression, fitted to the same supports. */

import { random } from "../../../src/base/random.js";
import type { DeclaredModality } from "../../../src/data/index.js";
import { episodeSampler } from "../../../src/episode/index.js";
import { meanDifferenceWithInterval, meanShareWithInterval } from "../../../src/evaluate/statistics.js";
import type { Row } from "../../../src/index.js";
import { ClassHead } from "../../../src/teach/class-head.js";
import type { EmbeddedExample } from "../../../src/teach/types.js";
import { logisticClassifier } from "../logistic-regression.js";

const WAY = 5;
const QUERIES = 15;

/** A mean over tasks and the half-width of its 95 % interval. */
type Estimate = ReturnType<typeof meanShareWithInterval>;

/** Accuracies over tasks of up to five classes of a table, and their difference in the same tasks. */
export interface TableComparison {
  readonly tables: number;
  readonly base: Estimate;
  readonly logistic: Estimate;
  readonly difference: Estimate;
}

/** Rows of numbers of a modality, whose `group` is their table. */
export interface TableRows {
  readonly modality: string;
  readonly columns: readonly string[];
  readonly rows: readonly Row[];
}

/** Compare on `tasks` tasks with `shot` examples per class, each of one table, in turn; tables with too few rows are left out. */
export async function compareOnTables(
  { modality, columns, rows }: TableRows,
  shot: number,
  tasks: number,
): Promise<TableComparison> {
  const cellsOf = (row: Row) => row.values[modality] as Readonly<Record<string, number>>;
  const numbersOf = (row: Row) => columns.map((name) => cellsOf(row)[name] ?? 0);
  const samplers = samplersOf(rows, shot);
  const scores: { readonly base: number; readonly logistic: number }[] = [];
  for (let i = 0; i < tasks; i++) {
    const { own, sampler } = samplers[i % samplers.length];
    const { classes, support, query } = sampler.draw(random(0, "tables", i));
    const present = columns.filter((name) => own.some((row) => cellsOf(row)[name] !== undefined));
    const kinds: Record<string, DeclaredModality> = {
      [modality]: { kind: "tabular", options: { columns: present } },
    };
    const exampleOf = ({ row, label }: { row: number; label: number }): EmbeddedExample => ({
      id: own[row].id,
      label: String(label),
      ...{ digests: {}, vectors: {}, values: { [modality]: cellsOf(own[row]) } },
    });
    const head = await ClassHead.fit(support.map(exampleOf), kinds);
    const outcomes = await head.predictAll(query.map(exampleOf));
    const labelOf = logisticClassifier(
      support.map(({ row }) => numbersOf(own[row])),
      support.map(({ label }) => label),
      classes.length,
    );
    const share = (isRight: (q: number) => boolean) =>
      query.filter((_, q) => isRight(q)).length / query.length;
    scores.push({
      base: share((q) => head.classes[outcomes[q].best] === String(query[q].label)),
      logistic: share((q) => labelOf(numbersOf(own[query[q].row])) === query[q].label),
    });
  }
  return {
    tables: samplers.length,
    base: meanShareWithInterval(scores.map(({ base }) => base)),
    logistic: meanShareWithInterval(scores.map(({ logistic }) => logistic)),
    difference: meanDifferenceWithInterval(scores.map(({ base, logistic }) => base - logistic)),
  };
}

/** A sampler of tasks for each table that has two classes of more than `shot` rows. */
function samplersOf(rows: readonly Row[], shot: number) {
  const tables = [...new Set(rows.map(({ group }) => group!))].sort();
  return tables.flatMap((table) => {
    const own = rows
      .filter(({ group }) => group === table)
      .map((row) => ({ ...row, group: undefined, groupIsTask: undefined }));
    const counts = new Map<string, number>();
    for (const { label } of own) counts.set(label!, (counts.get(label!) ?? 0) + 1);
    const classes = [...counts].filter(([, count]) => count > shot).map(([label]) => label);
    if (classes.length < 2) return [];
    const draw = { shot, query: QUERIES, across: null, way: Math.min(WAY, classes.length) };
    return [{ own, sampler: episodeSampler(own, classes.sort(), draw, table) }];
  });
}
