/** Raw records, from a file or from memory, to checked rows: the one place that decides what a field means. */

import { InputError } from "../base/errors.js";
import { Faults } from "../base/faults.js";
import { type InferredColumn, type Media, type ModalityKind, modalities, shown } from "../modality/index.js";
import type { DatasetCard } from "./card.js";
import { listedNames } from "./columns/fields.js";
import { type Reading, readTables, type Unlabelled } from "./columns/index.js";
import { extensionsOf, kindOfPath, kindOfValue } from "./kinds.js";
import { labelReader } from "./labels/labels.js";
import { someOf } from "./layouts/log.js";
import { checkModalityName, normalName } from "./names.js";
import type { Notice } from "./notice.js";
import { RowNames } from "./row-names.js";
import { type Dataset, type Row, splits, type TaskKind, taskOf, unitOf } from "./types.js";

/** An unchecked record. `id` is used when it has none of its own. */
export interface RawRecord {
  where: string;
  id: string;
  fields: Record<string, unknown>;
}

/** Finds the media that a `<modality>_file_name` field names; `where` names record and field. */
export type FindMedia = (path: string, where: string) => Media;

interface BuildOptions {
  name: string;
  path?: string;
  card: DatasetCard;
  /** Where kinds are declared, for errors: `dataset.json`. */
  cardWhere: string;
  records: readonly RawRecord[];
  findMedia: FindMedia;
  reading?: Reading;
  unlabelled?: Unlabelled;
  /** What was inferred of tables' columns before the records came here. */
  inferred?: ReadonlyMap<string, InferredColumn>;
  /** What was decided before the records came here. */
  notices?: readonly Notice[];
}

const mediaField = /^(?:(.+)_)?file_name$/;

/** The modality of a field that names a media file, empty for `file_name` alone; undefined for any other field. */
export function mediaModality(field: string): string | undefined {
  const found = mediaField.exec(field);
  return found ? (found[1] ?? "") : undefined;
}

/** A media path with the field it was found in. */
export interface MediaReference {
  path: string;
  where: string;
}

/** Every media path that records name. */
export function* mediaReferences(records: Iterable<RawRecord>): Generator<MediaReference> {
  for (const { where, fields } of records)
    for (const [field, path] of Object.entries(fields))
      if (typeof path === "string" && mediaModality(field) !== undefined)
        yield { path, where: `${where}, field "${field}"` };
}

/** Check every record and collect the data set. Throws an `InputError` that lists the bad rows. */
export function buildDataset({
  name,
  path,
  card: declaredCard,
  cardWhere,
  records: raw,
  findMedia,
  reading,
  unlabelled,
  inferred,
  notices: before = [],
}: BuildOptions): Dataset {
  const { card, records, notices: ofTables } = readTables(raw, declaredCard, cardWhere, inferred);
  const { read: readLabel, notices: ofLabels } = labelReader(records, card, reading?.label);
  const notices = [...before, ...ofTables, ...ofLabels];
  const declared = Object.entries(card.modalities);
  const kinds: Dataset["kinds"] = Object.fromEntries(declared);
  const firstUse = new Map(declared.map(([modality]) => [modality, cardWhere]));
  const tabular = new Map(
    declared.flatMap(([modality, { kind, options }]) =>
      kind === "tabular" ? listedNames(options).map((column) => [column, modality] as const) : [],
    ),
  );
  const setValue = (row: Row, modality: string, value: unknown, kind: ModalityKind, where: string) => {
    if (Object.hasOwn(row.values, modality)) throw givenTwice(modality, where);
    if (!Object.hasOwn(kinds, modality)) {
      checkModalityName(modality, where);
      kinds[modality] = { kind, options: {} };
    }
    if (!firstUse.has(modality)) firstUse.set(modality, row.where);
    if (kinds[modality].kind !== kind)
      throw otherKind(modality, kind, kinds[modality].kind, where, firstUse.get(modality)!);
    const read = modalities[kind].read?.(value, kinds[modality].options) ?? value;
    modalities[kind].check(read, where);
    row.values[modality] = read;
  };

  const rows: Row[] = [];
  const faults = new Faults();
  const names = new RowNames();
  let labelled: Row | undefined;
  const setLabel = (row: Row, written: unknown, where: string) => {
    const value = readLabel(written);
    if (value === null) return;
    if (typeof value === "number") row.target = target(value, where);
    else row.label = names.label(label(value, where));
    if (row.label === "") delete row.label;
    if (row.label === undefined && row.target === undefined) return;
    const known = card.task ?? (labelled && taskOf([labelled]));
    if (known && known !== taskOf([row]))
      throw otherLabel(value, known, where, card.task ? cardWhere : labelled!.where);
    labelled ??= row;
  };
  const ids = new Map<string, string>();
  const checked = ({ where, id, fields }: RawRecord): Row => {
    const row: Row = { id, where, values: {} };
    const faultsBefore = faults.count;
    for (const [written, value] of Object.entries(fields)) {
      const field = normalName(written);
      if (value === null || value === undefined || value === "") continue;
      const at = `${where}, field "${field}"`;
      const named = mediaModality(field);
      if (field === "id") row.id = word(value, at);
      else if (field === "group") row.group = normalName(word(value, at));
      else if (field === "label") setLabel(row, value, at);
      else if (field === "split") row.split = names.split(value) ?? badSplit(value, at);
      else if (named !== undefined) {
        const file = filePath(value, at);
        // `file_name` alone: the kind is the name.
        const modality = named || (kindOfPath(file) ?? "image");
        const kind = kindOfPath(file) ?? card.modalities[modality]?.kind;
        if (!kind) throw unknownMedia(file, at);
        const media = faults.attempt(() => findMedia(file, at));
        if (media) setValue(row, modality, media, kind, at);
      } else if (tabular.has(written) || tabular.has(field)) {
        const column = tabular.has(written) ? written : field;
        setCell(row, tabular.get(column)!, column, value);
      } else {
        const kind = kindOfValue(value, card.modalities[field]?.kind);
        setValue(row, field, value, kind ?? unknownField(value, at), at);
      }
    }
    if (Object.keys(row.values).length === 0 && faults.count === faultsBefore)
      throw nothingThere(where, card);
    if (card.groupAsTask && row.label !== undefined) row.groupIsTask = true;
    if (card.groupAsTask) unitOf(row); // throws for a task without a group
    const other = ids.get(row.id);
    if (other) throw duplicateId(row.id, where, other);
    ids.set(row.id, where);
    return row;
  };
  for (const record of records) faults.attempt(() => rows.push(checked(record)));
  faults.throwAny();
  return {
    ...{ name, path, licence: card.licence, kinds, rows, reading, unlabelled },
    notices: [...notices, ...names.notices(rows)],
  };
}

/** Add a cell to a row of a table: in place, so that a row costs as much as its cells; defined, so that no name is special. */
function setCell({ values }: Row, modality: string, name: string, value: unknown): void {
  values[modality] ??= {};
  const property = { value, enumerable: true, writable: true, configurable: true };
  Object.defineProperty(values[modality], name, property);
}

function word(value: unknown, where: string): string {
  if (typeof value === "string" || typeof value === "number") return String(value);
  throw new InputError({
    code: "data/bad-field",
    where,
    problem: `the value is ${shown(value)}`,
    expected: "a string",
    remedy: "Write it in quotes, or leave the field out.",
  });
}

function label(value: unknown, where: string): string {
  if (typeof value === "string") return value;
  throw new InputError({
    code: "data/bad-field",
    where,
    problem: `the label is ${shown(value)}`,
    expected: "a string that names the class, or a number to predict",
    remedy: 'Write a class as a string: "3".',
  });
}

function target(value: number, where: string): number {
  if (Number.isFinite(Math.fround(value))) return value;
  throw new InputError({
    code: "data/bad-number",
    where,
    problem: `the label is ${shown(value)}`,
    expected: "a finite number in the range of float32",
    remedy: "Correct it, or leave the label out where it is not known.",
  });
}

const otherLabel = (value: unknown, known: TaskKind, where: string, firstWhere: string) =>
  new InputError({
    code: "data/mixed-labels",
    where,
    problem: `the label is ${shown(value)}`,
    expected: `a ${known === "regression" ? "number" : "string"}, as ${firstWhere} says: all labels are names of classes, or all are numbers`,
    remedy: "Write classes as strings and numbers to predict as numbers, not both in one data set.",
  });

function badSplit(value: unknown, where: string): never {
  throw new InputError({
    code: "data/bad-split",
    where,
    problem: `the split is ${shown(value)}`,
    expected: `${splits.join(", ")}, or a word for one of them, such as validation`,
    remedy: "Rename the split, or leave it out.",
  });
}

function filePath(value: unknown, where: string): string {
  if (typeof value === "string") return value;
  throw new InputError({
    code: "data/bad-file-name",
    where,
    problem: `the file name is ${shown(value)}`,
    expected: "a path relative to the data folder",
    remedy: "Write the path as a string, or leave the field out.",
  });
}

function unknownField(value: unknown, where: string): never {
  throw new InputError({
    code: "data/unknown-field",
    where,
    problem: `${shown(value)} is no value of any modality`,
    expected: "a string (text), [[[x, y], …], …] (strokes), a flat number array (vector) or an image",
    remedy: "Remove the field, or list it under `columns` of a tabular modality in dataset.json.",
  });
}

const unknownMedia = (file: string, where: string) =>
  new InputError({
    code: "data/unknown-media",
    where,
    problem: `the extension of "${file}" is of no known media kind`,
    expected: `one of ${extensionsOf()}`,
    remedy: "Convert or rename the file, or declare the modality's kind in dataset.json.",
  });

const givenTwice = (modality: string, where: string) =>
  new InputError({
    code: "data/modality-twice",
    where,
    problem: `the modality "${modality}" is given twice in this row`,
    expected: "one value a modality",
    remedy: `Keep either "${modality}" or "${modality}_file_name".`,
  });

const otherKind = (modality: string, kind: string, first: string, where: string, firstWhere: string) =>
  new InputError({
    code: "data/mixed-kinds",
    where,
    problem: `"${modality}" is of kind ${kind} here but ${first} in ${firstWhere}`,
    expected: "one kind a modality",
    remedy:
      kind === "text" && (first === "image" || first === "audio")
        ? `Give the contents of the file, await readFile(path), or in a data folder its path as \`${modality}_file_name\`.`
        : "Use another modality name for the other kind.",
  });

function nothingThere(where: string, { modalities }: DatasetCard): InputError {
  const names = Object.entries(modalities).map(([name, { kind, options }]) => {
    const columns = kind === "tabular" ? listedNames(options) : [];
    if (columns.length === 0) return kind === "text" ? name : `${name} (${kind})`;
    return `${name}, by its columns ${someOf(columns)}`;
  });
  return new InputError({
    code: "data/empty-row",
    where,
    problem: "the row has no modality",
    expected:
      names.length > 0
        ? `at least one of ${names.join("; ")}`
        : "at least one of `<modality>` or `<modality>_file_name`",
    remedy: "Add a value, or remove the row.",
  });
}

const duplicateId = (id: string, where: string, other: string) =>
  new InputError({
    code: "data/duplicate-id",
    where: `${where}, field "id"`,
    problem: `the id "${id}" is already used in ${other}`,
    expected: "a different id in every row",
    remedy: "Rename one of the two, or leave both out.",
  });
