/** Gathers table rows into arrays of fixed capacity, with masks for absent modalities and for padding. */

import { type ArraySpec, type Arrays, allocateTree, type NDArray, sizeOf, type Tree } from "../base/array.js";
import { invariant } from "../base/errors.js";
import type { Episode, EpisodeItem } from "./episode.js";
import type { Column, Table } from "./table.js";

/** Examples as arrays in shared memory; the keys are in the order of the given modalities. */
export interface ExampleBatch {
  /** float32 `[capacity, ...shape]` by modality; zeros where absent. */
  values: Record<string, NDArray>;
  /** float32 `[capacity]` by modality: 1 where the example has it, else 0. */
  present: Record<string, NDArray>;
  /** float32 `[capacity]`: 1 for an example, 0 for padding. */
  mask: NDArray;
  /** What the labels of a support say, where the table has it: float32 `[capacity, ...shape]`, and `[capacity]`. */
  labelText?: { values: NDArray; present: NDArray };
  /** float32 `[capacity]` by modality: 1 where it is hidden from the others' sight (relation/masked.ts). */
  hidden?: Record<string, NDArray>;
}

/** `labels` is one-hot float32 `[capacity, wayCapacity]`, or numbers `[capacity, 1]`; zero rows for padding. */
export type LabelledBatch = ExampleBatch & { labels: NDArray };

export interface EpisodeArrays {
  support: LabelledBatch;
  query: LabelledBatch;
  /** float32 `[wayCapacity]`: 1 for a class of the episode, 0 for padding. */
  ways: NDArray;
  /** Normal numbers for each parameter of an encoder, by modality, where its gradient gets noise (relation/balance.ts). */
  noise?: Record<string, Arrays>;
}

const specOf = (...shape: number[]): ArraySpec => ({ dtype: "float32", shape });

/** What {@link collate} gives, as specs; of a support, with what its labels say. */
function examplesSpec(
  { columns, labelText }: Table,
  modalities: readonly string[],
  capacity: number,
  isSupport: boolean,
) {
  for (const name of modalities) invariant(Object.hasOwn(columns, name), `the table has no column "${name}"`);
  const each = (of: (name: string) => ArraySpec) =>
    Object.fromEntries(modalities.map((name) => [name, of(name)]));
  return {
    values: each((name) => specOf(capacity, ...columns[name].spec.shape)),
    present: each(() => specOf(capacity)),
    mask: specOf(capacity),
    ...(isSupport &&
      labelText && {
        labelText: { values: specOf(capacity, ...labelText.spec.shape), present: specOf(capacity) },
      }),
  };
}

/** Gather rows of a support as {@link collate} does, with what their labels say. */
export const collateSupport = (
  table: Table,
  rows: readonly number[],
  modalities: readonly string[],
  capacity: number,
): ExampleBatch =>
  collate(
    table,
    rows,
    modalities,
    capacity,
    allocateTree(examplesSpec(table, modalities, capacity, true)) as unknown as ExampleBatch,
  );

/**
 * Gather rows (indexes of `table.rows`) of the given modalities, padded with zeros to `capacity`; `into` arrays that
 * are overwritten, or new ones.
 */
export function collate(
  table: Table,
  rows: readonly number[],
  modalities: readonly string[],
  capacity: number,
  into = allocateTree(examplesSpec(table, modalities, capacity, false)) as unknown as ExampleBatch,
): ExampleBatch {
  invariant(rows.length <= capacity, `${rows.length} examples for capacity ${capacity}`);
  for (const name of modalities) gather(table.columns[name], rows, into.values[name], into.present[name]);
  if (into.labelText) gather(table.labelText!, rows, into.labelText.values, into.labelText.present);
  into.mask.data.fill(1, 0, rows.length).fill(0, rows.length);
  return into;
}

/** Gather rows of a column, and zeros from there on. */
function gather(
  column: Column,
  rows: readonly number[],
  { data: values }: NDArray,
  { data: present }: NDArray,
) {
  const size = sizeOf(column.spec.shape);
  for (const [i, row] of rows.entries()) {
    values.set(column.data.subarray(row * size, (row + 1) * size), i * size);
    present[i] = column.present[row];
  }
  values.fill(0, rows.length * size);
  present.fill(0, rows.length);
}

export interface EpisodeLayout {
  /** The modalities that support and query take. */
  support: readonly string[];
  query: readonly string[];
  capacity: { way: number; support: number; query: number };
}

/** What {@link collateEpisode} gives, as specs. */
export function episodeSpec(table: Table, { capacity, ...modalities }: EpisodeLayout): Tree<ArraySpec> {
  const part = (name: "support" | "query") => ({
    ...examplesSpec(table, modalities[name], capacity[name], name === "support"),
    labels: specOf(capacity[name], capacity.way),
  });
  return { support: part("support"), query: part("query"), ways: specOf(capacity.way) };
}

/** Gather an episode, `into` arrays that are overwritten, or new ones. */
export function collateEpisode(
  table: Table,
  episode: Episode,
  layout: EpisodeLayout,
  into = allocateTree(episodeSpec(table, layout)) as unknown as EpisodeArrays,
): EpisodeArrays {
  const { capacity } = layout;
  const way = episode.classes.length;
  invariant(way <= capacity.way, `${way} classes for capacity ${capacity.way}`);
  const collatePart = (part: "support" | "query") => {
    const items: readonly EpisodeItem[] = episode[part];
    const rows = items.map(({ row }) => row);
    collate(table, rows, layout[part], capacity[part], into[part]);
    const labels = into[part].labels.data.fill(0);
    for (const [i, { row, label }] of items.entries())
      if (label >= 0) labels[i * capacity.way + label] = table.rows[row].target ?? 1;
  };
  collatePart("support");
  collatePart("query");
  into.ways.data.fill(1, 0, way).fill(0, way);
  return into;
}
