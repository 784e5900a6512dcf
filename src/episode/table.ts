/** Plans the modalities of a data set and decodes rows into one array a modality. */

import { availableParallelism } from "node:os";
import { setImmediate as nextTurn } from "node:timers/promises";
import { sizeOf } from "../base/array.js";
import { InputError } from "../base/errors.js";
import { Faults } from "../base/faults.js";
import { cardFile } from "../data/card.js";
import { saysSomething, wordsOf } from "../data/labels/text.js";
import type { Note } from "../data/notice.js";
import type { Dataset, Row } from "../data/types.js";
import {
  type FrozenOptions,
  Media,
  type ModalitySpec,
  modalities,
  modalityFor,
  modalityOf,
  planFrozen,
  type Sample,
  standardised,
} from "../modality/index.js";
import type { TargetScale } from "./targets.js";

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
  /** The labels' text, where it was asked for: absent where a row has no label, or one that says nothing. */
  labelText?: Column;
  /** How number labels are standardised; as they are, if absent. */
  targets?: TargetScale;
}

export interface PlanOptions extends Omit<LoadOptions, "labelText"> {
  /** What a recipe says of the frozen encoders that it chooses, by modality. */
  frozen?: Readonly<Record<string, FrozenOptions>>;
  /** Takes what is decided by the values. */
  note?: Note;
}

/**
 * Plan how each modality becomes arrays, from its declared options and the train rows. Without any `chosen`,
 * all that the data set has. Throws an `InputError` for one it lacks and for a kind that is not implemented.
 */
export async function planModalities(
  dataset: Dataset,
  chosen: readonly string[] | undefined,
  trainRows: readonly Row[],
  { frozen = {}, note, ...loading }: PlanOptions = {},
): Promise<Record<string, ModalitySpec>> {
  const specs: Record<string, ModalitySpec> = {};
  for (const name of chosen ?? Object.keys(dataset.kinds)) {
    const samples = samplesOf(trainRows, name);
    if (!Object.hasOwn(dataset.kinds, name)) throw noModality(dataset, name);
    const { kind, options } = dataset.kinds[name];
    const card = dataset.path ? cardFile : dataset.name;
    const first = dataset.rows.find((row) => Object.hasOwn(row.values, name));
    const implementation = modalityOf(
      kind,
      first ? whereOf(first, name) : `${card}, field "modalities.${name}"`,
    );
    if (samples.length === 0) throw notInTrain(dataset, name);
    if (Object.hasOwn(frozen, name)) {
      const own = await planFrozen(kind, samples, frozen[name], `recipe, field "encoders.${name}"`);
      const rows = trainRows.filter((row) => Object.hasOwn(row.values, name));
      const { columns } = await loadTable(rows, { [name]: own }, loading);
      specs[name] = standardised(own, columns[name].data);
    } else {
      const noted = (text: string) => note?.({ code: "plan/values", where: `modality "${name}"`, text });
      const plan = (some: readonly Sample[], note?: (text: string) => void) =>
        implementation.plan(some, options, `${card}, modalities.${name}`, note);
      specs[name] = await plan(samples, noted).catch((error) => throwAllBad(error, dataset, name, plan));
    }
  }
  return specs;
}

/** The values of a modality, with what errors call each. */
const samplesOf = (rows: readonly Row[], name: string): Sample[] =>
  rows
    .filter((row) => Object.hasOwn(row.values, name))
    .map((row) => ({ value: row.values[name], where: whereOf(row, name) }));

/** Throw the error of one value that cannot be planned with those of all others in the data set; any other error as it is. */
async function throwAllBad(
  error: unknown,
  { rows }: Dataset,
  name: string,
  plan: (samples: readonly Sample[]) => Promise<ModalitySpec>,
): Promise<never> {
  const isOf = (sample: Sample, of: unknown) =>
    of instanceof InputError && of.parts.where.startsWith(sample.where);
  const samples = samplesOf(rows, name);
  if (!samples.some((sample) => isOf(sample, error))) throw error;
  const faults = new Faults();
  for (const sample of samples)
    await plan([sample]).catch((own) => {
      if (isOf(sample, own)) faults.add(own);
    });
  faults.throwAny();
  throw error;
}

export interface LoadOptions {
  /** How labels become arrays as text; they do not, when absent. */
  labelText?: ModalitySpec;
  /** How number labels are standardised. */
  targets?: TargetScale;
  /** The most rows at a time; 4 at most in any case. */
  threads?: number;
  signal?: AbortSignal;
  onProgress?: (done: number, total: number) => void;
}

/**
 * Decode the planned modalities of `rows`, several at a time and without blocking the event loop for long.
 * `onProgress` is called with rows done and in total. Rejects with the signal's reason when aborted, and with one
 * `InputError` of every value that cannot be decoded.
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
    if (labelText && saysSomething(row.label))
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

/** Throw one error of what cannot be decoded, in the order of rows. */
function throwBad(bad: { index: number; error: unknown }[]): void {
  const faults = new Faults();
  for (const { error } of bad.sort((a, b) => a.index - b.index)) faults.add(error);
  faults.throwAny();
}

/** Check the first bytes of every media file; throws an `InputError` that names every one that cannot be read. */
export async function checkMedia(dataset: Dataset, signal?: AbortSignal): Promise<void> {
  const faults = new Faults();
  for (const row of dataset.rows)
    for (const [name, value] of Object.entries(row.values)) {
      if (!(value instanceof Media)) continue;
      signal?.throwIfAborted();
      try {
        await modalities[dataset.kinds[name].kind].checkHead?.(value, whereOf(row, name));
      } catch (error) {
        faults.add(error);
      }
    }
  faults.throwAny();
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
