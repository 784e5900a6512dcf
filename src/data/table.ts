/** Plans the modalities of a data set and decodes rows into one array a modality. */

import { setImmediate as nextTurn } from "node:timers/promises";
import { sizeOf } from "../base/array.js";
import { InputError } from "../base/errors.js";
import { Media, type ModalitySpec, modalities, modalityOf } from "../modality/index.js";
import { cardFile } from "./card.js";
import type { Dataset, Row } from "./types.js";

/** One modality of a table: `data` is float32 `[rows, ...spec.shape]`; where `present` is 0, it is zeros. */
export interface Column {
  spec: ModalitySpec;
  data: Float32Array;
  present: Uint8Array;
}

/** Decoded rows. */
export interface Table {
  rows: readonly Row[];
  columns: Record<string, Column>;
}

/**
 * Plan how each modality becomes arrays, from its declared options and the train rows. Without any `chosen`,
 * all that the data set has. Throws an `InputError` for one it lacks and for a kind that is not implemented.
 */
export async function planModalities(
  dataset: Dataset,
  chosen: readonly string[] | undefined,
  trainRows: readonly Row[],
): Promise<Record<string, ModalitySpec>> {
  const specs: Record<string, ModalitySpec> = {};
  for (const name of chosen ?? Object.keys(dataset.kinds)) {
    const samples = trainRows
      .filter((row) => Object.hasOwn(row.values, name))
      .map((row) => ({ value: row.values[name], where: whereOf(row, name) }));
    if (!Object.hasOwn(dataset.kinds, name)) throw noModality(dataset, name);
    const { kind, options } = dataset.kinds[name];
    const card = dataset.path ? cardFile : dataset.name;
    const first = dataset.rows.find((row) => Object.hasOwn(row.values, name));
    const implementation = modalityOf(
      kind,
      first ? whereOf(first, name) : `${card}, field "modalities.${name}"`,
    );
    if (samples.length === 0) throw notInTrain(dataset, name);
    specs[name] = await implementation.plan(samples, options, `${card}, modalities.${name}`);
  }
  return specs;
}

/**
 * Decode the planned modalities of `rows`, several at a time and without blocking the event loop for long.
 * `onProgress` is called with rows done and in total. Rejects with the signal's reason when aborted.
 */
export async function loadTable(
  rows: readonly Row[],
  specs: Record<string, ModalitySpec>,
  options: { signal?: AbortSignal; onProgress?: (done: number, total: number) => void } = {},
): Promise<Table> {
  const { signal, onProgress } = options;
  const columns: Record<string, Column> = {};
  for (const [name, spec] of Object.entries(specs)) {
    const data = new Float32Array(rows.length * sizeOf(spec.shape));
    columns[name] = { spec, data, present: new Uint8Array(rows.length) };
  }
  const loadRow = async (index: number) => {
    for (const [name, { spec, data, present }] of Object.entries(columns)) {
      const row = rows[index];
      if (!Object.hasOwn(row.values, name)) continue;
      const where = whereOf(row, name);
      const array = await modalityOf(spec.kind, where).encode(row.values[name], spec, where);
      data.set(array, index * sizeOf(spec.shape));
      present[index] = 1;
    }
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
    await Promise.all(Array.from({ length: parallel }, work));
  } finally {
    next = rows.length; // stops the other workers after a failure
  }
  onProgress?.(done, rows.length);
  return { rows, columns };
}

/** Check the first bytes of every media file; throws an `InputError` for one that cannot be read. */
export async function checkMedia(dataset: Dataset, signal?: AbortSignal): Promise<void> {
  for (const row of dataset.rows)
    for (const [name, value] of Object.entries(row.values)) {
      if (!(value instanceof Media)) continue;
      signal?.throwIfAborted();
      await modalities[dataset.kinds[name].kind].checkHead?.(value, whereOf(row, name));
    }
}

const parallel = 4;
const turnMilliseconds = 15;

const whereOf = (row: Row, name: string) => `${row.where}, field "${name}"`;

const noModality = ({ name, kinds }: Dataset, modality: string) =>
  new InputError({
    code: "data/no-modality",
    where: name,
    problem: `the data set has no modality "${modality}"`,
    expected: `one of ${Object.keys(kinds).join(", ")}`,
    remedy: "Choose among these with --modalities.",
  });

const notInTrain = ({ name }: Dataset, modality: string) =>
  new InputError({
    code: "data/modality-not-in-train",
    where: name,
    problem: `no train row has the modality "${modality}"`,
    expected: "at least one train row with it",
    remedy: "Add it to train rows, or leave it out with --modalities.",
  });
