/**
 * Assigns every column of the records a role: label, group and split, file names, cells of a table, or texts. Stated roles
 * take precedence over those a model remembers, and these over roles inferred from the cells, each with a notice.
 */

import type { InferredColumn } from "../../modality/index.js";
import type { DatasetCard } from "../card.js";
import type { Folder } from "../files/media.js";
import { modalityNameOf } from "../names.js";
import type { Notice } from "../notice.js";
import { isTableRow, mediaModality, type RawRecord, sourceOf } from "../record.js";
import { columnNames, isRowField, renameFields, tableColumns } from "./cells.js";
import { applyRoles, checkColumns, noColumn } from "./field-roles.js";
import { labelAdvice, unlabelledOf } from "./label-column.js";
import { withLikeness } from "./likeness.js";
import { readMediaColumns } from "./media.js";
import { leaveOutColumns, placeColumns } from "./placement.js";
import { statedRoles } from "./roles.js";
import { type Likeness, namesOf, type Reading, type Roles, type Unlabelled } from "./types.js";

export { checkLabelled } from "./label-column.js";
export { cardLike, columnsReadBy, withStrokeFormats } from "./likeness.js";
export { formatOf } from "./table-notices.js";
export { readTables } from "./tables.js";
export type { ColumnNames, Likeness, Reading, Roles, Unlabelled } from "./types.js";

interface Options {
  readonly card: DatasetCard;
  /** Roles stated by the caller; they take precedence over the card's. */
  readonly roles?: Roles;
  /** The model that the data are for. */
  readonly like?: Likeness;
  /** The files of the data folder; absent for an in-memory data set. */
  readonly folder?: Pick<Folder, "list">;
}

interface ColumnsRead {
  /** The card with the tables and texts that were found. */
  readonly card: DatasetCard;
  readonly reading: Reading;
  /** Present if no record has a label. */
  readonly unlabelled?: Unlabelled;
  readonly notices: Notice[];
  /** What was inferred of each table column, by name. */
  readonly inferred: ReadonlyMap<string, InferredColumn>;
}

/** Assign a role to every column, and rename the fields of `records` accordingly. */
export function readColumns(records: readonly RawRecord[], options: Options): ColumnsRead {
  const { like, folder } = options;
  const notices: Notice[] = [];
  const card = like ? withLikeness(options.card, like) : options.card;
  const roles = statedRoles(options.roles ?? {}, card);
  const remembered = like?.data?.reading ?? {};
  if (!like) checkDeclared(card, columnNames(records));
  const found = applyRoles(records, roles, remembered, notices);
  const media = readMediaColumns(records, { roles, card, like, folder, notices });
  const stated = stateTexts(records, roles, remembered.texts, card);
  const columns = columnNames(records);
  const unlabelled = columns.includes("label") || like ? undefined : unlabelledOf(records, columns);
  if (unlabelled && records.some(isTableRow)) notices.push(...noLabel(unlabelled, sourceOf(records)));
  const known = new Set([...tableColumns(stated.card), ...Object.keys(stated.card.modalities)]);
  const undeclared = columns.filter(
    (name) => !isRowField(name) && mediaModality(name) === undefined && !known.has(name),
  );
  const place = like ? leaveOutColumns : placeColumns;
  const placed = place(records, undeclared, stated.card, notices);
  const texts = { ...stated.texts, ...placed.texts };
  const reading: Reading = {
    ...found,
    ...(card.task && { task: card.task }),
    ...(Object.keys(media).length > 0 && { media }),
    ...(Object.keys(texts).length > 0 && { texts }),
  };
  return {
    ...{ card: placed.card, reading, notices, inferred: placed.inferred },
    ...(unlabelled && { unlabelled }),
  };
}

/** Check that every column the card declares by itself is there. @throws {InputError} data/no-column */
function checkDeclared({ columns = [] }: DatasetCard, names: readonly string[]): void {
  for (const { name } of columns) if (!names.includes(name)) throw noColumn(name, "columns", names);
}

/** A notice that no column is the label, if some column may be. */
const noLabel = (unlabelled: Unlabelled, where: string): Notice[] =>
  unlabelled.likely.length + unlabelled.oneHot.length === 0
    ? []
    : [
        {
          code: "columns/no-label",
          where,
          text: `no column is named label; ${labelAdvice(unlabelled)}`,
          suspect: true,
        },
      ];

/** Declare stated and remembered text columns as text modalities, under their own names where these are valid. */
function stateTexts(
  records: readonly RawRecord[],
  { text }: Roles,
  remembered: Readonly<Record<string, string>> = {},
  card: DatasetCard,
): { card: DatasetCard; texts: Record<string, string> } {
  const columns = columnNames(records);
  const stated = namesOf(text);
  checkColumns(stated, "text", columns);
  const renamed = new Map<string, string>();
  const modalities = { ...card.modalities };
  for (const column of [...stated, ...Object.keys(remembered).filter((name) => columns.includes(name))]) {
    const modality = remembered[column] ?? modalityNameOf(column, "text");
    if (modality !== column) renamed.set(column, modality);
    modalities[modality] ??= { kind: "text", options: {} };
  }
  renameFields(records, renamed);
  return { card: { ...card, modalities }, texts: Object.fromEntries(renamed) };
}
