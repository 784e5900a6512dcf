/** Gathers table rows into arrays of fixed capacity, with presence masks for modalities and a padding mask. */

import { type ArraySpec, type Arrays, allocateTree, type NDArray, sizeOf, type Tree } from "../base/array.js";
import { invariant } from "../base/errors.js";
import { labelModality } from "../data/labels/text.js";
import type { Episode, EpisodeItem } from "./episode.js";
import type { Column, Table } from "./table.js";
import { episodeUnit, standardisedTarget } from "./targets.js";
import type { View } from "./view.js";

/** Examples as arrays in shared memory; records have the given modalities as keys, in their order. */
export type ExampleBatch = {
  /** float32 `[capacity, ...shape]` by modality; zeros if the example lacks it. */
  values: Record<string, NDArray>;
  /** float32 `[capacity]` by modality, the presence mask: 1 if the example has it, else 0. */
  present: Record<string, NDArray>;
  /** float32 `[capacity]`, the padding mask: 1 for an example, 0 for padding. */
  mask: NDArray;
  /** The label text of a support, if the table has it: float32 `[capacity, ...shape]`, and its presence mask `[capacity]`. */
  labelText?: { values: NDArray; present: NDArray };
  /** float32 `[capacity]` by modality: 1 if it is hidden from the other modalities (auxiliary/masked.ts). */
  hidden?: Record<string, NDArray>;
  /** float32 `[capacity]` by modality: 1 if the example has it but the view excludes it; `present` is 0 then. */
  withheld?: Record<string, NDArray>;
};

/** `labels` is one-hot float32 `[capacity, wayCapacity]`, or standardised targets `[capacity, 1]`; zeros for padding. */
export type LabelledBatch = ExampleBatch & { labels: NDArray };

export type EpisodeArrays = {
  support: LabelledBatch;
  query: LabelledBatch;
  /** float32 `[wayCapacity]`, the class mask: 1 for a class of the episode, 0 for padding. */
  ways: NDArray;
  /** Standard normal noise for the gradient of each encoder parameter, by modality (auxiliary/balance.ts). */
  noise?: Record<string, Arrays>;
};

/** A view with the sizes of its arrays. */
export interface EpisodeLayout extends View {
  capacity: { way: number; support: number; query: number };
  /** The modalities that are kept as `withheld` if they are not shown; absent to leave them out. */
  withheldOf?: readonly string[];
}

type Part = "support" | "query";

const specOf = (...shape: number[]): ArraySpec => ({ dtype: "float32", shape });

/** An example to gather: a row, or the text of its label. */
type Gathered = Pick<EpisodeItem, "row" | "byName">;

/** What {@link gatherAll} needs of a layout. */
type PartLayout = Omit<EpisodeLayout, "capacity">;

const hasNames = ({ labelShots = 0 }: PartLayout, part: Part): boolean =>
  part === "support" && labelShots > 0;

/** The modalities of the arrays of one part of an episode. */
function namesOf({ columns }: Table, layout: PartLayout, part: Part): string[] {
  const names = layout.withheldOf ?? layout[part];
  return [...new Set([...names, ...(hasNames(layout, part) ? [nameModality(columns)] : [])])];
}

/** The text modality that shows class names. */
function nameModality(columns: Table["columns"]): string {
  const specs = Object.entries(columns).map(([name, { spec }]) => [name, spec]);
  const name = labelModality(Object.fromEntries(specs));
  invariant(name !== undefined, "no column is text");
  return name;
}

/** The specs of the arrays of {@link gatherAll}. */
function examplesSpec(table: Table, layout: PartLayout, part: Part, capacity: number) {
  const { columns, labelText } = table;
  const names = namesOf(table, layout, part);
  for (const name of names) invariant(Object.hasOwn(columns, name), `the table has no column "${name}"`);
  const each = (of: (name: string) => ArraySpec) => Object.fromEntries(names.map((name) => [name, of(name)]));
  return {
    values: each((name) => specOf(capacity, ...columns[name].spec.shape)),
    present: each(() => specOf(capacity)),
    mask: specOf(capacity),
    ...(layout.withheldOf && { withheld: each(() => specOf(capacity)) }),
    ...(part === "support" &&
      labelText && {
        labelText: { values: specOf(capacity, ...labelText.spec.shape), present: specOf(capacity) },
      }),
  };
}

/** Gather the support examples of a view, with the text of their labels, padded with zeros to `capacity`. */
export const collateSupport = (
  table: Table,
  items: readonly Gathered[],
  { support, labelShots }: Pick<View, "support" | "labelShots">,
  capacity: number,
): ExampleBatch => gatherAll(table, items, { support, query: [], labelShots }, "support", capacity);

/** Gather rows (indexes of `table.rows`) of the given modalities, padded with zeros to `capacity`. */
export function collate(
  table: Table,
  rows: readonly number[],
  modalities: readonly string[],
  capacity: number,
): ExampleBatch {
  const items = rows.map((row) => ({ row }));
  return gatherAll(table, items, { support: [], query: modalities }, "query", capacity);
}

/** Gather the examples of one part of an episode. `into` is overwritten; new arrays by default. */
function gatherAll(
  table: Table,
  items: readonly Gathered[],
  layout: PartLayout,
  part: Part,
  capacity: number,
  // The arrays that `allocateTree` returns are those of its specs.
  into = allocateTree(examplesSpec(table, layout, part, capacity)) as ExampleBatch,
): ExampleBatch {
  const { columns, labelText } = table;
  const { withheldOf } = layout;
  invariant(items.length <= capacity, `${items.length} examples for capacity ${capacity}`);
  const byName = hasNames(layout, part);
  invariant(!byName || labelText !== undefined, "the table has no text of its labels");
  const named = byName ? nameModality(columns) : undefined;
  for (const name of namesOf(table, layout, part)) {
    const [values, present] = [into.values[name], into.present[name]];
    const isShown = layout[part].includes(name);
    const columnOf = ({ byName }: Gathered): Column | undefined => {
      if (byName) return name === named ? labelText : undefined;
      return isShown || withheldOf ? columns[name] : undefined;
    };
    gather(items, columnOf, values, present);
    const withheld = into.withheld?.[name].data.fill(0);
    if (!withheld) continue;
    for (const [i, item] of items.entries())
      if (!isShown && !item.byName) [withheld[i], present.data[i]] = [present.data[i], 0];
  }
  if (into.labelText) gather(items, () => labelText, into.labelText.values, into.labelText.present);
  into.mask.data.fill(1, 0, items.length).fill(0, items.length);
  return into;
}

/** Row size up to which copying in a loop is faster than through a subarray. */
const FEW = 16;

/** Gather rows of columns of one shape; zeros for an example without a column, and for padding. */
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

/** The specs of the arrays of {@link collateEpisode}. */
export function episodeSpec(table: Table, layout: EpisodeLayout): Tree<ArraySpec> {
  const { capacity } = layout;
  const partSpec = (part: Part) => ({
    ...examplesSpec(table, layout, part, capacity[part]),
    labels: specOf(capacity[part], capacity.way),
  });
  return { support: partSpec("support"), query: partSpec("query"), ways: specOf(capacity.way) };
}

/** Gather the arrays of an episode. `into` is overwritten; new arrays by default. */
export function collateEpisode(
  table: Table,
  episode: Episode,
  layout: EpisodeLayout,
  // The arrays that `allocateTree` returns are those of its specs.
  into = allocateTree(episodeSpec(table, layout)) as EpisodeArrays,
): EpisodeArrays {
  const { capacity } = layout;
  const way = episode.classes.length;
  invariant(way <= capacity.way, `${way} classes for capacity ${capacity.way}`);
  const unit = episodeUnit(table, episode);
  const collatePart = (part: Part) => {
    const items: readonly EpisodeItem[] = episode[part];
    gatherAll(table, items, layout, part, capacity[part], into[part]);
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
