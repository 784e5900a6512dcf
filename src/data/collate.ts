/** Gathers table rows into arrays of fixed capacity, with masks for absent modalities and for padding. */

import { allocate, type NDArray, sizeOf } from "../base/array.js";
import { invariant } from "../base/errors.js";
import type { Episode, EpisodeItem } from "./episode.js";
import type { Table } from "./table.js";

/** Examples as arrays in shared memory; the keys are in the order of the given modalities. */
export interface ExampleBatch {
  /** float32 `[capacity, ...shape]` by modality; zeros where absent. */
  values: Record<string, NDArray>;
  /** float32 `[capacity]` by modality: 1 where the example has it, else 0. */
  present: Record<string, NDArray>;
  /** float32 `[capacity]`: 1 for an example, 0 for padding. */
  mask: NDArray;
}

/** `labels` is one-hot float32 `[capacity, wayCapacity]`, or numbers `[capacity, 1]`; zero rows for padding. */
export type LabelledBatch = ExampleBatch & { labels: NDArray };

export interface EpisodeArrays {
  support: LabelledBatch;
  query: LabelledBatch;
  /** float32 `[wayCapacity]`: 1 for a class of the episode, 0 for padding. */
  ways: NDArray;
}

/** Gather rows (indexes of `table.rows`) of the given modalities, padded with zeros to `capacity`. */
export function collate(
  table: Table,
  rows: readonly number[],
  modalities: readonly string[],
  capacity: number,
): ExampleBatch {
  invariant(rows.length <= capacity, `${rows.length} examples for capacity ${capacity}`);
  const values: Record<string, NDArray> = {};
  const present: Record<string, NDArray> = {};
  for (const name of modalities) {
    invariant(Object.hasOwn(table.columns, name), `the table has no column "${name}"`);
    const column = table.columns[name];
    const size = sizeOf(column.spec.shape);
    values[name] = allocate({ dtype: "float32", shape: [capacity, ...column.spec.shape] });
    present[name] = allocate({ dtype: "float32", shape: [capacity] });
    for (const [i, row] of rows.entries()) {
      values[name].data.set(column.data.subarray(row * size, (row + 1) * size), i * size);
      present[name].data[i] = column.present[row];
    }
  }
  const mask = allocate({ dtype: "float32", shape: [capacity] });
  mask.data.fill(1, 0, rows.length);
  return { values, present, mask };
}

/** Gather an episode; support and query may take different modalities. */
export function collateEpisode(
  table: Table,
  episode: Episode,
  options: {
    support: readonly string[];
    query: readonly string[];
    capacity: { way: number; support: number; query: number };
  },
): EpisodeArrays {
  const { capacity } = options;
  const way = episode.classes.length;
  invariant(way <= capacity.way, `${way} classes for capacity ${capacity.way}`);
  const gather = (items: readonly EpisodeItem[], modalities: readonly string[], size: number) => {
    const rows = items.map(({ row }) => row);
    const labels = allocate({ dtype: "float32", shape: [size, capacity.way] });
    const batch = { ...collate(table, rows, modalities, size), labels };
    for (const [i, { row, label }] of items.entries())
      labels.data[i * capacity.way + label] = table.rows[row].target ?? 1;
    return batch;
  };
  const ways = allocate({ dtype: "float32", shape: [capacity.way] });
  ways.data.fill(1, 0, way);
  return {
    support: gather(episode.support, options.support, capacity.support),
    query: gather(episode.query, options.query, capacity.query),
    ways,
  };
}
