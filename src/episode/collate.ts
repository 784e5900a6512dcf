/** Gathers table rows into arrays of fixed capacity, with masks for absent modalities and for padding. */

import { type ArraySpec, type Arrays, allocateTree, type NDArray, sizeOf, type Tree } from "../base/array.js";
import { invariant } from "../base/errors.js";
import { labelModality } from "../data/labels/text.js";
import type { Episode, EpisodeItem } from "./episode.js";
import type { Column, Table } from "./table.js";
import { episodeUnit, standardisedTarget } from "./targets.js";
import type { View } from "./view.js";

/** Examples as arrays in shared memory; the keys are in the order of the given modalities. */
export type ExampleBatch = {
  /** float32 `[capacity, ...shape]` by modality; zeros where absent. */
  values: Record<string, NDArray>;
  /** float32 `[capacity]` by modality: 1 where the example has it, else 0. */
  present: Record<string, NDArray>;
  /** float32 `[capacity]`: 1 for an example, 0 for padding. */
  mask: NDArray;
  /** What the labels of a support say, where the table has it: float32 `[capacity, ...shape]`, and `[capacity]`. */
  labelText?: { values: NDArray; present: NDArray };
  /** float32 `[capacity]` by modality: 1 where it is hidden from the others' sight (auxiliary/masked.ts). */
  hidden?: Record<string, NDArray>;
  /** float32 `[capacity]` by modality: 1 where the example has it and does not show it; `present` is 0 there. */
  withheld?: Record<string, NDArray>;
};

/** `labels` is one-hot float32 `[capacity, wayCapacity]`, or standardised numbers `[capacity, 1]`; zero rows for padding. */
export type LabelledBatch = ExampleBatch & { labels: NDArray };

export type EpisodeArrays = {
  support: LabelledBatch;
  query: LabelledBatch;
  /** float32 `[wayCapacity]`: 1 for a class of the episode, 0 for padding. */
  ways: NDArray;
  /** Normal numbers for each parameter of an encoder, by modality, where its gradient gets noise (auxiliary/balance.ts). */
  noise?: Record<string, Arrays>;
};

const specOf = (...shape: number[]): ArraySpec => ({ dtype: "float32", shape });

/** An example to gather: a row, or what its label says. */
type Gathered = Pick<EpisodeItem, "row" | "byName">;

/** What examples are gathered of. */
interface Shown {
  /** The modalities shown. */
  readonly modalities: readonly string[];
  /** All modalities, where those that are not shown are `withheld`; otherwise they are left out. */
  readonly withheldOf?: readonly string[];
  /** Whether it is a support, and whether some of it is shown by name. */
  readonly isSupport: boolean;
  readonly byName: boolean;
}

/** The modalities that arrays are of. */
function namesOf({ columns }: Table, { modalities, withheldOf, byName }: Shown): string[] {
  const name = byName ? nameModality(columns) : undefined;
  return [...new Set([...(withheldOf ?? modalities), ...(name === undefined ? [] : [name])])];
}

function nameModality(columns: Table["columns"]): string {
  const specs = Object.entries(columns).map(([name, { spec }]) => [name, spec]);
  const name = labelModality(Object.fromEntries(specs));
  invariant(name !== undefined, "no column is text");
  return name;
}

/** What {@link gatherAll} gives, as specs; of a support, with what its labels say. */
function examplesSpec(table: Table, shown: Shown, capacity: number) {
  const { columns, labelText } = table;
  const names = namesOf(table, shown);
  for (const name of names) invariant(Object.hasOwn(columns, name), `the table has no column "${name}"`);
  const each = (of: (name: string) => ArraySpec) => Object.fromEntries(names.map((name) => [name, of(name)]));
  return {
    values: each((name) => specOf(capacity, ...columns[name].spec.shape)),
    present: each(() => specOf(capacity)),
    mask: specOf(capacity),
    ...(shown.withheldOf && { withheld: each(() => specOf(capacity)) }),
    ...(shown.isSupport &&
      labelText && {
        labelText: { values: specOf(capacity, ...labelText.spec.shape), present: specOf(capacity) },
      }),
  };
}

/** Gather a support of a view, with what its labels say, padded with zeros to `capacity`. */
export function collateSupport(
  table: Table,
  items: readonly Gathered[],
  { support, labelShots = 0 }: Pick<View, "support" | "labelShots">,
  capacity: number,
): ExampleBatch {
  const shown = { modalities: support, isSupport: true, byName: labelShots > 0 };
  return gatherAll(table, items, shown, capacity);
}

/** Gather rows (indexes of `table.rows`) of the given modalities, padded with zeros to `capacity`. */
export const collate = (
  table: Table,
  rows: readonly number[],
  modalities: readonly string[],
  capacity: number,
): ExampleBatch =>
  gatherAll(
    table,
    rows.map((row) => ({ row })),
    { modalities, isSupport: false, byName: false },
    capacity,
  );

/** Gather examples, `into` arrays that are overwritten, or new ones. */
function gatherAll(
  table: Table,
  items: readonly Gathered[],
  shown: Shown,
  capacity: number,
  into = allocateTree(examplesSpec(table, shown, capacity)) as ExampleBatch,
): ExampleBatch {
  const { columns, labelText } = table;
  const { modalities, withheldOf, byName } = shown;
  invariant(items.length <= capacity, `${items.length} examples for capacity ${capacity}`);
  invariant(!byName || labelText !== undefined, "the table has no text of its labels");
  const named = byName ? nameModality(columns) : undefined;
  for (const name of namesOf(table, shown)) {
    const [values, present] = [into.values[name], into.present[name]];
    const isShown = modalities.includes(name);
    const columnOf = ({ byName }: Gathered): Column | undefined => {
      if (byName) return name === named ? labelText : undefined;
      return isShown || withheldOf ? columns[name] : undefined;
    };
    gather(items, columnOf, values, present);
    if (!withheldOf) continue;
    const withheld = into.withheld![name].data.fill(0);
    for (const [i, item] of items.entries())
      if (!isShown && !item.byName) [withheld[i], present.data[i]] = [present.data[i], 0];
  }
  if (into.labelText) gather(items, () => labelText, into.labelText.values, into.labelText.present);
  into.mask.data.fill(1, 0, items.length).fill(0, items.length);
  return into;
}

/** Entries up to which a loop copies faster than a view of them does. */
const FEW = 16;

/** Gather rows of columns of one shape, zeros where an example has no column, and zeros from there on. */
function gather(
  items: readonly Gathered[],
  columnOf: (item: Gathered) => Column | undefined,
  { data: values, shape }: NDArray,
  { data: present }: NDArray,
) {
  const size = sizeOf(shape.slice(1));
  for (let i = 0; i < items.length; i++) {
    const column = columnOf(items[i]);
    const [from, to] = [items[i].row * size, i * size];
    present[i] = column ? column.present[items[i].row] : 0;
    if (!column) values.fill(0, to, to + size);
    else if (size > FEW) values.set(column.data.subarray(from, from + size), to);
    else for (let k = 0; k < size; k++) values[to + k] = column.data[from + k];
  }
  values.fill(0, items.length * size);
  present.fill(0, items.length);
}

/** A view, and room for the examples. */
export interface EpisodeLayout extends View {
  capacity: { way: number; support: number; query: number };
  /** The modalities of which what is not shown is kept as `withheld`; otherwise it is left out. */
  withheldOf?: readonly string[];
}

const shownOf = (layout: EpisodeLayout, part: "support" | "query"): Shown => ({
  modalities: layout[part],
  withheldOf: layout.withheldOf,
  isSupport: part === "support",
  byName: part === "support" && (layout.labelShots ?? 0) > 0,
});

/** What {@link collateEpisode} gives, as specs. */
export function episodeSpec(table: Table, layout: EpisodeLayout): Tree<ArraySpec> {
  const { capacity } = layout;
  const part = (name: "support" | "query") => ({
    ...examplesSpec(table, shownOf(layout, name), capacity[name]),
    labels: specOf(capacity[name], capacity.way),
  });
  return { support: part("support"), query: part("query"), ways: specOf(capacity.way) };
}

/** Gather an episode, `into` arrays that are overwritten, or new ones. */
export function collateEpisode(
  table: Table,
  episode: Episode,
  layout: EpisodeLayout,
  into = allocateTree(episodeSpec(table, layout)) as EpisodeArrays,
): EpisodeArrays {
  const { capacity } = layout;
  const way = episode.classes.length;
  invariant(way <= capacity.way, `${way} classes for capacity ${capacity.way}`);
  const unit = episodeUnit(table, episode);
  const collatePart = (part: "support" | "query") => {
    const items: readonly EpisodeItem[] = episode[part];
    gatherAll(table, items, shownOf(layout, part), capacity[part], into[part]);
    const labels = into[part].labels.data.fill(0);
    for (let i = 0; i < items.length; i++) {
      const { row, label } = items[i];
      const { target } = table.rows[row];
      if (label >= 0)
        labels[i * capacity.way + label] = target === undefined ? 1 : standardisedTarget(target, unit);
    }
  };
  collatePart("support");
  collatePart("query");
  into.ways.data.fill(1, 0, way).fill(0, way);
  return into;
}
