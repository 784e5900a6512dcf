/** Checks raw records, from files or memory, and turns them into rows: the only place that interprets a field. */

import { Faults } from "../base/faults.js";
import { type InferredColumn, type ModalityKind, modalities } from "../modality/index.js";
import type { DatasetCard } from "./card.js";
import { declaredNames, isFilled } from "./columns/cells.js";
import { type Reading, readTables, type Unlabelled } from "./columns/index.js";
import { kindOfPath, kindOfValue } from "./kinds.js";
import { labelReader } from "./labels/labels.js";
import { RowNames } from "./labels/row-names.js";
import { checkModalityName, normalName } from "./names.js";
import type { Notice } from "./notice.js";
import { type FindMedia, mediaModality, type RawRecord, whereOf } from "./record.js";
import {
  badField,
  badFileName,
  badLabel,
  badSplit,
  badTarget,
  duplicateId,
  emptyRow,
  givenTwice,
  otherKind,
  otherTask,
  unknownField,
  unknownMedia,
} from "./row-errors.js";
import { type Dataset, type Row, taskOf, unitOf } from "./types.js";

interface BuildOptions {
  name: string;
  path?: string;
  card: DatasetCard;
  /** The source of the card in errors: `dataset.json`. */
  cardWhere: string;
  records: readonly RawRecord[];
  findMedia: FindMedia;
  reading?: Reading;
  unlabelled?: Unlabelled;
  /** What was already inferred of table columns, by name. */
  inferred?: ReadonlyMap<string, InferredColumn>;
  /** Notices of earlier steps; the data set's begin with them. */
  notices?: readonly Notice[];
}

/** Check every record and build the data set. @throws {InputError} which lists all bad rows */
export function buildDataset(options: BuildOptions): Dataset {
  const { name, path, cardWhere, reading, unlabelled, findMedia, notices = [] } = options;
  const tables = readTables(options.records, options.card, cardWhere, options.inferred);
  const labels = labelReader(tables.records, tables.card, reading?.label);
  const faults = new Faults();
  const builder = new RowBuilder(tables.card, cardWhere, labels.read, findMedia, faults);
  const rows: Row[] = [];
  for (const record of tables.records) faults.attempt(() => rows.push(builder.row(record)));
  faults.throwAny();
  return {
    ...{ name, path, licence: tables.card.licence, kinds: builder.kinds, rows, reading, unlabelled },
    notices: [...notices, ...tables.notices, ...labels.notices, ...builder.names.notices(rows)],
  };
}

/** Builds rows one by one, and checks that they agree in kinds, task and ids. */
class RowBuilder {
  /** The kind of each modality in order of first use, declared ones first. */
  readonly kinds: Dataset["kinds"];
  readonly names = new RowNames();
  /** The modality of each table column. */
  readonly #tableOf: ReadonlyMap<string, string>;
  /** The source that first gave each modality its kind. */
  readonly #firstUse: Map<string, string>;
  #firstLabelled: Row | undefined;
  readonly #ids = new Map<string, string>();

  constructor(
    readonly card: DatasetCard,
    readonly cardWhere: string,
    readonly readLabel: (value: unknown) => unknown,
    readonly findMedia: FindMedia,
    readonly faults: Faults,
  ) {
    const declared = Object.entries(card.modalities);
    this.kinds = Object.fromEntries(declared);
    this.#firstUse = new Map(declared.map(([modality]) => [modality, cardWhere]));
    this.#tableOf = new Map(
      declared.flatMap(([modality, { kind, options }]) =>
        kind === "tabular" ? declaredNames(options).map((column) => [column, modality] as const) : [],
      ),
    );
  }

  /** The row of a record. @throws {InputError} for its first bad field */
  row(record: RawRecord): Row {
    const { card } = this;
    const where = whereOf(record);
    const row: Row = { id: record.id, where, values: {} };
    const faultsBefore = this.faults.count;
    for (const [name, value] of Object.entries(record.fields))
      if (isFilled(value)) this.#setField(row, name, value);
    // A row whose only file is missing is already reported.
    if (Object.keys(row.values).length === 0 && this.faults.count === faultsBefore)
      throw emptyRow(where, card);
    if (card.groupAsTask && row.label !== undefined) row.groupIsTask = true;
    if (card.groupAsTask) unitOf(row); // throws for a task without a group
    const other = this.#ids.get(row.id);
    if (other !== undefined) throw duplicateId(row.id, where, other);
    this.#ids.set(row.id, where);
    return row;
  }

  #setField(row: Row, name: string, value: unknown): void {
    const field = normalName(name);
    const where = `${row.where}, field "${field}"`;
    if (field === "id") row.id = textOf(value, where);
    else if (field === "group") row.group = normalName(textOf(value, where));
    else if (field === "label") this.#setLabel(row, value, where);
    else if (field === "split") row.split = this.names.split(value) ?? fail(badSplit(value, where));
    else if (mediaModality(field) !== undefined) this.#setMedia(row, field, value, where);
    else if (this.#tableOf.has(name)) this.#setCell(row, name, value);
    else if (this.#tableOf.has(field)) this.#setCell(row, field, value);
    else {
      const kind = kindOfValue(value, this.card.modalities[field]?.kind);
      this.#setValue(row, field, value, kind ?? fail(unknownField(value, where)), where);
    }
  }

  #setLabel(row: Row, written: unknown, where: string): void {
    const value = this.readLabel(written);
    if (value === null) return;
    if (typeof value === "number") {
      if (!Number.isFinite(Math.fround(value))) throw badTarget(value, where);
      row.target = value;
    } else {
      if (typeof value !== "string") throw badLabel(value, where);
      const label = this.names.label(value);
      if (label === "") return;
      row.label = label;
    }
    const first = this.#firstLabelled;
    const known = this.card.task ?? (first && taskOf([first]));
    if (known && known !== taskOf([row]))
      throw otherTask(value, known, where, this.card.task || !first ? this.cardWhere : first.where);
    this.#firstLabelled ??= row;
  }

  #setMedia(row: Row, field: string, value: unknown, where: string): void {
    if (typeof value !== "string") throw badFileName(value, where);
    const ofFile = kindOfPath(value);
    // The modality of a bare `file_name` is named after the kind of the file.
    const modality = mediaModality(field) || (ofFile ?? "image");
    const kind = ofFile ?? this.card.modalities[modality]?.kind;
    if (!kind) throw unknownMedia(value, where);
    const media = this.faults.attempt(() => this.findMedia(value, where));
    if (media) this.#setValue(row, modality, media, kind, where);
  }

  /** Set a table cell: in place, so that a row costs as much as its cells; as an own property, whatever its name. */
  #setCell({ values }: Row, column: string, value: unknown): void {
    const modality = this.#tableOf.get(column) ?? column;
    values[modality] ??= {};
    const property = { value, enumerable: true, writable: true, configurable: true };
    Object.defineProperty(values[modality], column, property);
  }

  #setValue(row: Row, modality: string, value: unknown, kind: ModalityKind, where: string): void {
    if (Object.hasOwn(row.values, modality)) throw givenTwice(modality, where);
    if (!Object.hasOwn(this.kinds, modality)) {
      checkModalityName(modality, where);
      this.kinds[modality] = { kind, options: {} };
    }
    const firstUse = this.#firstUse.get(modality) ?? row.where;
    this.#firstUse.set(modality, firstUse);
    const declared = this.kinds[modality];
    if (declared.kind !== kind) throw otherKind(modality, kind, declared.kind, where, firstUse);
    const read = modalities[kind].read?.(value, declared.options) ?? value;
    modalities[kind].check(read, where);
    row.values[modality] = read;
  }
}

function textOf(value: unknown, where: string): string {
  if (typeof value === "string" || typeof value === "number") return String(value);
  throw badField(value, where);
}

function fail(error: Error): never {
  throw error;
}
