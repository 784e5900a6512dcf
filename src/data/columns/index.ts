/**
 * What the columns of records are: label, group and split; names of files; cells of a table; texts. What is stated
 * comes first, then what a model remembers, then what the cells show, which is told as notices.
 */

import { declarationOf, type InferredColumn } from "../../modality/index.js";
import type { DatasetCard } from "../card.js";
import type { Folder } from "../files/media.js";
import { modalityNameOf, normalName } from "../names.js";
import type { Notice } from "../notice.js";
import { mediaModality, type RawRecord } from "../rows.js";
import { columnsOf, isRowField, placeOf, rename } from "./fields.js";
import { labelAdvice, type Unlabelled, unlabelledOf } from "./label-column.js";
import { readMediaColumns, tableColumns } from "./media.js";
import { leaveOutColumns, placeColumns } from "./placement.js";
import { applyRoles, noColumn } from "./roles.js";
import { type Likeness, namesOf, type Reading, type Roles } from "./types.js";

export { checkLabelled, type Unlabelled } from "./label-column.js";
export { formatOf, readTables } from "./tables.js";
export type { Likeness, Names, Reading, Roles } from "./types.js";

interface Options {
  readonly card: DatasetCard;
  /** What flags or options state, before the card. */
  readonly roles?: Roles;
  readonly like?: Likeness;
  /** The files of the data folder; absent for an in-memory data set. */
  readonly folder?: Pick<Folder, "list">;
}

interface ColumnsRead {
  /** The card with the table and the texts that were found. */
  readonly card: DatasetCard;
  /** How columns were taken, to be remembered. */
  readonly reading: Reading;
  /** Of records without a label: what their columns are. */
  readonly unlabelled?: Unlabelled;
  readonly notices: Notice[];
  /** What was inferred of the table's columns, by name; empty if none was. */
  readonly inferred: ReadonlyMap<string, InferredColumn>;
}

/** Decide what every column is, and name the fields of `records` accordingly. */
export function readColumns(records: readonly RawRecord[], options: Options): ColumnsRead {
  const { like, folder } = options;
  const notices: Notice[] = [];
  const card = like ? likeCard(options.card, like) : options.card;
  const { label, text, image, group, split } = card;
  const roles = { label, text, image, group, split, ...defined(options.roles ?? {}) };
  const remembered = like?.data?.reading ?? {};
  const given = columnsOf(records);
  for (const { name } of like ? [] : (card.columns ?? []))
    if (!given.includes(name)) throw noColumn(name, "columns", given);
  const found = applyRoles(records, roles, remembered, notices);
  const media = readMediaColumns(records, { roles, card, like, folder, notices });
  const texts = stateTexts(records, roles, remembered.texts, card);
  const columns = columnsOf(records);
  const where = placeOf(records);
  const unlabelled = columns.includes("label") || like ? undefined : unlabelledOf(records, columns);
  const isTable = records.some(({ where }) => /:\d+$|^example /.test(where));
  if (unlabelled && isTable && (unlabelled.likely.length > 0 || unlabelled.oneHot.length > 0))
    notices.push({
      code: "columns/no-label",
      where,
      text: `no column is called label; ${labelAdvice(unlabelled)}`,
      suspect: true,
    });
  const known = new Set([...tableColumns(texts.card), ...Object.keys(texts.card.modalities)]);
  const undeclared = columns.filter(
    (name) => !isRowField(name) && mediaModality(name) === undefined && !known.has(name),
  );
  const read = like
    ? leaveOutColumns(records, undeclared, texts.card, notices)
    : placeColumns(records, undeclared, texts.card, notices);
  const reading: Reading = {
    ...found,
    ...(card.task && { task: card.task }),
    ...(Object.keys(media).length > 0 && { media }),
    ...(Object.keys({ ...texts.names, ...read.texts }).length > 0 && {
      texts: { ...texts.names, ...read.texts },
    }),
  };
  return {
    ...{ card: read.card, reading, notices, inferred: read.inferred },
    ...(unlabelled && { unlabelled }),
  };
}

/**
 * The names of columns that a model reads: of its modalities, of its tables, and of the texts and the names of files that it
 * remembers.
 */
export function columnsReadBy({ modalities, data }: Likeness): ReadonlySet<string> {
  const { media = {}, texts = {} } = data?.reading ?? {};
  const ofTables = tableColumns(cardLike({ modalities }));
  const names = Object.keys(modalities);
  const files = ["file_name", ...names.map((name) => `${name}_file_name`)];
  // A column that names files in several folders is remembered by `folder/column`.
  const ofMedia = Object.keys(media).flatMap((name) => [name, name.slice(name.indexOf("/") + 1)]);
  return new Set([...names, ...files, ...ofTables, ...ofMedia, ...Object.keys(texts)].map(normalName));
}

const defined = (roles: Roles): Roles =>
  Object.fromEntries(Object.entries(roles).filter(([, value]) => value !== undefined));

/** What a model takes, as a data set declares it. */
export const cardLike = (like: Likeness): DatasetCard => likeCard({ modalities: {} }, like);

/** The modalities of a model in place of a card's; the card's task, or what the model remembers. */
function likeCard(card: DatasetCard, { modalities, data }: Likeness): DatasetCard {
  const declared = Object.entries(modalities).map(([name, spec]) => {
    const { kind, ...options } = declarationOf(spec);
    const own = Object.hasOwn(card.modalities, name) ? card.modalities[name].options : {};
    const { file, tensor, ids } = own;
    return [name, { kind, options: { ...defined({ file, tensor, ids } as Roles), ...options } }];
  });
  const task = card.task ?? data?.reading?.task;
  return { ...card, ...(task && { task }), modalities: Object.fromEntries(declared) };
}

/** Make stated columns texts, under their own names if modalities may have them. */
function stateTexts(
  records: readonly RawRecord[],
  { text }: Roles,
  remembered: Readonly<Record<string, string>> | undefined,
  card: DatasetCard,
): { card: DatasetCard; names: Record<string, string> } {
  const columns = columnsOf(records);
  const stated = namesOf(text);
  for (const name of stated) if (!columns.includes(name)) throw noColumn(name, "text", columns);
  const names: Record<string, string> = {};
  const renamed = new Map<string, string>();
  const modalities = { ...card.modalities };
  for (const column of [
    ...stated,
    ...Object.keys(remembered ?? {}).filter((name) => columns.includes(name)),
  ]) {
    const modality = remembered?.[column] ?? modalityNameOf(column, "text");
    if (modality !== column) {
      names[column] = modality;
      renamed.set(column, modality);
    }
    modalities[modality] ??= { kind: "text", options: {} };
  }
  rename(records, renamed);
  return { card: { ...card, modalities }, names };
}
