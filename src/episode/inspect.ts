/** Summarises a data set: counts by split, class and modality, and the sizes of values. */

import type { Reading } from "../data/columns/index.js";
import { checkDataset } from "../data/given.js";
import type { Notice } from "../data/notice.js";
import { type Split, splits } from "../data/splits.js";
import type { TaskKind } from "../data/task.js";
import { type Dataset, groupsAreTasks, type Row, taskOf, unitOf, unitWordsOf } from "../data/types.js";
import { modalities } from "../modality/index.js";
import { checkMedia } from "./media.js";
import { splitClasses } from "./split.js";

/** Minimum, median and maximum. */
export interface RangeSummary {
  readonly least: number;
  readonly median: number;
  readonly most: number;
}

export interface ModalityCounts {
  readonly kind: string;
  readonly rows: number;
  readonly missing: number;
  /** How each column of a table is read, as `columns` in `dataset.json` would declare it. */
  readonly columns?: readonly unknown[];
  /** Sizes of the measured values, in units of `of`; absent for kinds without a size. */
  readonly sizes?: { readonly of: string; readonly measured: number } & RangeSummary;
}

/** The result of {@link inspectDataset}. */
export interface Inspection {
  readonly name: string;
  readonly licence?: string;
  readonly task: TaskKind | null;
  readonly groupAsTask: boolean;
  readonly rows: number;
  readonly unlabelled: number;
  readonly classes: number;
  readonly rowsPerClass: RangeSummary | null;
  /** Range of the regression targets; null for classes. */
  readonly numbers: RangeSummary | null;
  readonly groups: number;
  /** Rows, and `classes` (`groups` if groups are tasks), per split of the rows. */
  readonly splits: Readonly<Record<string, { readonly rows: number; readonly [units: string]: number }>>;
  readonly modalities: Readonly<Record<string, ModalityCounts>>;
  /** Number of rows per combination of present modalities; the most frequent first. */
  readonly present: readonly { readonly modalities: readonly string[]; readonly rows: number }[];
  /** Rows of each class (group, if groups are tasks), and how many have each modality; the largest first. */
  readonly units: readonly {
    readonly name: string;
    readonly split?: Split;
    readonly rows: number;
    readonly modalities: Readonly<Record<string, number>>;
  }[];
  /** The columns that were read as label, group, split, files and texts. */
  readonly reading?: Reading;
  /** What was inferred, left out or changed in reading the data set. */
  readonly notices: readonly Notice[];
}

/** Largest number of values per modality whose size is measured; they are evenly spaced. */
const MAX_MEASURED = 1000;

/**
 * Count the rows of a data set by split, class and modality, and check the first bytes of every media file.
 *
 * @throws {InputError} `data/class-in-two-splits` unless `closed`, and one error that lists every media file that cannot be
 * read or whose first bytes are not of its kind.
 * @example
 * const { rows, classes, modalities } = await inspectDataset(data);
 * modalities.image.missing; // number of rows without an image
 */
export async function inspectDataset(
  dataset: Dataset,
  options: { closed?: boolean; signal?: AbortSignal } = {},
): Promise<Inspection> {
  checkDataset(dataset, "inspectDataset");
  const { name, licence, kinds, rows } = dataset;
  if (!options.closed && rows.some(({ split }) => split)) splitClasses(dataset, 0);
  await checkMedia(dataset, options.signal);
  const task = taskOf(rows) ?? null;
  const classes = countBy(rows, ({ label }) => label);
  const counts: Record<string, ModalityCounts> = {};
  for (const [modality, { kind, options }] of Object.entries(kinds)) {
    const having = rows.filter(({ values }) => Object.hasOwn(values, modality));
    const sizes = await sizesOf(having, modality, dataset);
    counts[modality] = { kind, rows: having.length, missing: rows.length - having.length, ...sizes };
    if (kind === "tabular" && Array.isArray(options.columns))
      counts[modality] = { ...counts[modality], columns: options.columns };
  }
  const [, units] = unitWordsOf(rows);
  const inSplit = (split: Split) => {
    const ofSplit = rows.filter((row) => row.split === split);
    return ofSplit.length > 0
      ? [[split, { rows: ofSplit.length, [units]: countBy(ofSplit, unitOf).size }]]
      : [];
  };
  const together = countBy(rows, ({ values }) =>
    JSON.stringify(Object.keys(kinds).filter((m) => m in values)),
  );
  return {
    name,
    licence,
    task,
    groupAsTask: groupsAreTasks(rows),
    rows: rows.length,
    unlabelled: rows.filter((row) => taskOf([row]) === undefined).length,
    classes: classes.size,
    rowsPerClass: rangeOf([...classes.values()]),
    numbers: rangeOf(rows.flatMap(({ target }) => target ?? [])),
    groups: countBy(rows, ({ group }) => group).size,
    splits: Object.fromEntries(splits.flatMap(inSplit)),
    modalities: counts,
    present: [...together]
      .map(([names, rows]) => ({ modalities: JSON.parse(names) as string[], rows }))
      .sort((a, b) => b.rows - a.rows),
    units: unitsOf(rows),
    ...(dataset.reading && { reading: dataset.reading }),
    notices: dataset.notices,
  };
}

function unitsOf(rows: readonly Row[]): Inspection["units"] {
  const units = new Map<
    string,
    { name: string; split?: Split; rows: number; modalities: Record<string, number> }
  >();
  for (const row of rows) {
    const name = unitOf(row);
    if (name === undefined) continue;
    const unit = units.get(name) ?? { name, split: row.split, rows: 0, modalities: {} };
    units.set(name, unit);
    unit.rows++;
    for (const modality of Object.keys(row.values))
      unit.modalities[modality] = (unit.modalities[modality] ?? 0) + 1;
  }
  return [...units.values()].sort((a, b) => b.rows - a.rows || (a.name < b.name ? -1 : 1));
}

async function sizesOf(
  having: readonly Row[],
  modality: string,
  { kinds }: Dataset,
): Promise<Pick<ModalityCounts, "sizes">> {
  const count = Math.min(having.length, MAX_MEASURED);
  const sizes: number[] = [];
  let of: string | undefined;
  for (let i = 0; i < count; i++) {
    const { values } = having[Math.floor((i * having.length) / count)];
    const size = await modalities[kinds[modality].kind].sizeOf(values[modality]);
    if (size) sizes.push(size.size);
    of ??= size?.of;
  }
  const range = rangeOf(sizes);
  return range && of ? { sizes: { of, measured: sizes.length, ...range } } : {};
}

/** The range of `values`; null if there are none. */
function rangeOf(values: readonly number[]): RangeSummary | null {
  if (values.length === 0) return null;
  const sorted = Float64Array.from(values).sort();
  return { least: sorted[0], median: sorted[Math.floor(sorted.length / 2)], most: sorted.at(-1)! };
}

/** Number of items per key, without those of key undefined. */
function countBy<Item>(items: readonly Item[], key: (item: Item) => string | undefined): Map<string, number> {
  const counts = new Map<string, number>();
  for (const item of items) {
    const name = key(item);
    if (name !== undefined) counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return counts;
}
