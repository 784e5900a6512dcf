/** Plans how the values of each modality become arrays. */

import { InputError } from "../base/errors.js";
import { Faults } from "../base/faults.js";
import { cardFile } from "../data/card.js";
import type { Note } from "../data/notice.js";
import type { Dataset, Row } from "../data/types.js";
import {
  absentFiles,
  type FrozenOptions,
  type ModalitySpec,
  modalityOf,
  planBuiltin,
  planFrozen,
  type Sample,
  standardised,
} from "../modality/index.js";
import { type LoadOptions, loadTable, whereOf } from "./table.js";

interface PlanOptions extends Omit<LoadOptions, "labelText"> {
  /** Options of frozen (pretrained) encoders, by modality. */
  frozen?: Readonly<Record<string, FrozenOptions>>;
  /** The modalities that the built-in encoders embed. */
  builtin?: readonly string[];
  /** Receives decisions that were inferred from values. */
  note?: Note;
}

/**
 * Plan how the values of each modality become arrays, by its declared options and the train rows. `chosen` is all modalities
 * of the data set by default.
 *
 * @throws {InputError} data/no-modality, data/modality-not-in-train, and the errors of values
 */
export async function planModalities(
  dataset: Dataset,
  chosen: readonly string[] | undefined,
  trainRows: readonly Row[],
  { frozen = {}, builtin = [], note, ...loading }: PlanOptions = {},
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
    const encoderField = `recipe, field "encoders.${name}"`;
    if (builtin.includes(name)) specs[name] = await planBuiltin(kind, samples, encoderField, loading.signal);
    else if (Object.hasOwn(frozen, name)) {
      const own = await planFrozen(kind, samples, frozen[name], encoderField);
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
  for (const { file, consequence } of absentFiles(builtin.map((name) => dataset.kinds[name].kind)))
    note?.({
      code: "plan/encoder-absent",
      where: `encoders/${file}`,
      text: `the file is not in this installation; ${consequence}`,
    });
  return specs;
}

/** The values of a modality and their positions. */
const samplesOf = (rows: readonly Row[], name: string): Sample[] =>
  rows
    .filter((row) => Object.hasOwn(row.values, name))
    .map((row) => ({ value: row.values[name], where: whereOf(row, name) }));

/** Throw the error of one value together with those of all other values of the data set; any other error as it is. */
async function throwAllBad(
  error: unknown,
  { rows }: Dataset,
  name: string,
  plan: (samples: readonly Sample[]) => Promise<ModalitySpec>,
): Promise<never> {
  const isAbout = (sample: Sample, error: unknown) =>
    error instanceof InputError && error.parts.where.startsWith(sample.where);
  const samples = samplesOf(rows, name);
  if (!samples.some((sample) => isAbout(sample, error))) throw error;
  const faults = new Faults();
  for (const sample of samples)
    await plan([sample]).catch((own) => {
      if (isAbout(sample, own)) faults.add(own);
    });
  faults.throwAny();
  throw error;
}

const noModality = ({ name, kinds }: Dataset, modality: string) =>
  new InputError({
    code: "data/no-modality",
    where: name,
    problem: `the data set has no modality "${modality}"`,
    expected: `one of ${Object.keys(kinds).join(", ")}`,
    remedy: "Choose among these with the option `modalities`.",
  });

const notInTrain = ({ name }: Dataset, modality: string) =>
  new InputError({
    code: "data/modality-not-in-train",
    where: name,
    problem: `no train row has the modality "${modality}"`,
    expected: "at least one train row with it",
    remedy: "Add it to train rows, or leave it out of the option `modalities`.",
  });
