/** Decodes rows into one array per modality. */

import { sizeOf } from "../base/array.js";
import { Faults } from "../base/faults.js";
import { availableParallelism } from "../base/threads.js";
import { nextTurn } from "../base/turn.js";
import { hasWord, wordsOf } from "../data/labels/text.js";
import type { Row } from "../data/types.js";
import { type ModalitySpec, modalityFor } from "../modality/index.js";
import type { TargetScale } from "./targets.js";

/** One modality of a table. */
export interface Column {
  spec: ModalitySpec;
  /** float32 `[rows, ...spec.shape]`; zeros for rows without the modality. */
  data: Float32Array;
  /** `[rows]`: 1 for rows with the modality, else 0. */
  present: Uint8Array;
}

/** Decoded rows. */
export interface Table {
  rows: readonly Row[];
  columns: Record<string, Column>;
  /** The text of labels, if requested: absent for rows whose label has no word. */
  labelText?: Column;
  /** Statistics by which targets are standardised; absent to leave them as they are. */
  targets?: TargetScale;
}

export interface LoadOptions {
  /** The spec by which labels are encoded as text; absent for none. */
  labelText?: ModalitySpec;
  /** Statistics by which targets are standardised. */
  targets?: TargetScale;
  /** The number of rows decoded concurrently, at most 4. */
  threads?: number;
  signal?: AbortSignal;
  onProgress?: (done: number, total: number) => void;
}

/**
 * Decode the planned modalities of `rows`, several at a time and without blocking the event loop for long. `onProgress` is
 * called with the number of rows done and in total. Rejects with the signal's reason if aborted.
 *
 * @throws {InputError} which lists every value that cannot be decoded
 */
export async function loadTable(
  rows: readonly Row[],
  specs: Record<string, ModalitySpec>,
  options: LoadOptions = {},
): Promise<Table> {
  const { signal, onProgress, threads = availableParallelism() } = options;
  const columnOf = (spec: ModalitySpec): Column => ({
    spec,
    data: new Float32Array(rows.length * sizeOf(spec.shape)),
    present: new Uint8Array(rows.length),
  });
  const columns = Object.fromEntries(Object.entries(specs).map(([name, spec]) => [name, columnOf(spec)]));
  const bad: { index: number; error: unknown }[] = [];
  const labelText = options.labelText && columnOf(options.labelText);
  const load = async ({ spec, data, present }: Column, index: number, value: unknown, where: string) => {
    try {
      data.set(await modalityFor(spec, where).encode(value, spec, where), index * sizeOf(spec.shape));
      present[index] = 1;
    } catch (error) {
      bad.push({ index, error });
    }
  };
  const loadRow = async (index: number) => {
    const row = rows[index];
    for (const [name, column] of Object.entries(columns))
      if (Object.hasOwn(row.values, name)) await load(column, index, row.values[name], whereOf(row, name));
    if (labelText && hasWord(row.label))
      await load(labelText, index, wordsOf(row.label), whereOf(row, "label"));
  };
  let next = 0;
  let done = 0;
  let turnEnds = performance.now() + turnMilliseconds;
  let turn: Promise<void> | undefined;
  const letOthersRun = async () => {
    onProgress?.(done, rows.length);
    await nextTurn();
    turnEnds = performance.now() + turnMilliseconds;
    turn = undefined;
  };
  const work = async () => {
    while (next < rows.length) {
      signal?.throwIfAborted();
      await loadRow(next++);
      done++;
      if (performance.now() < turnEnds) continue;
      turn ??= letOthersRun();
      await turn;
    }
  };
  try {
    await Promise.all(Array.from({ length: Math.min(parallel, threads) }, work));
  } finally {
    next = rows.length; // stops the other workers after a failure
  }
  throwBad(bad);
  onProgress?.(done, rows.length);
  return {
    rows,
    columns,
    ...(labelText && { labelText }),
    ...(options.targets && { targets: options.targets }),
  };
}

/** Throw one error of all values that cannot be decoded, in the order of rows. */
function throwBad(bad: { index: number; error: unknown }[]): void {
  const faults = new Faults();
  for (const { error } of bad.sort((a, b) => a.index - b.index)) faults.add(error);
  faults.throwAny();
}

const parallel = 4;
const turnMilliseconds = 15;

/** The position of a value in errors: `metadata.csv:7, field "photo"`. */
export const whereOf = (row: Row, name: string) => `${row.where}, field "${name}"`;
