/**
 * What the columns of records are: label, group and split; names of files; cells of a table; texts. What is stated
 * comes first, then what a model remembers, then what the cells show, which is told as notices.
 */

import { Faults } from "../../base/faults.js";
import { declarationOf, type InferredColumn } from "../../modality/index.js";
import type { DatasetCard } from "../card.js";
import type { Folder } from "../media.js";
import { checkModalityName, isReservedName, modalityNameOf } from "../names.js";
import type { Notice } from "../notice.js";
import { mediaModality, type RawRecord } from "../rows.js";
import { columnsOf, isRowField, notice, placeOf, quoted, remove, rename } from "./fields.js";
import { labelAdvice, type Unlabelled, unlabelledOf } from "./label-column.js";
import { readMediaColumns, tableColumns } from "./media.js";
import { applyRoles, noColumn } from "./roles.js";
import { type Likeness, namesOf, type Reading, type Roles } from "./types.js";
import { type Decision, decideColumns } from "./undeclared.js";

export { checkLabelled, type Unlabelled } from "./label-column.js";
export { readTables } from "./tables.js";
export type { Likeness, Names, Reading, Roles } from "./types.js";

interface Options {
  readonly card: DatasetCard;
  /** What flags or options state, before the card. */
  readonly roles?: Roles;
  readonly like?: Likeness;
  /** The files of the data folder; absent for an in-memory data set. */
  readonly folder?: Pick<Folder, "list">;
}

export interface ColumnsRead {
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
  const open = columns.filter(
    (name) => !isRowField(name) && mediaModality(name) === undefined && !known.has(name),
  );
  const read = like
    ? leaveOut(records, open, texts.card, notices)
    : takeOpen(records, open, texts.card, notices, where);
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

const defined = (roles: Roles): Roles =>
  Object.fromEntries(Object.entries(roles).filter(([, value]) => value !== undefined));

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

/** What became of the columns that nobody declared. */
interface OpenColumns {
  readonly card: DatasetCard;
  /** The modality of each text whose column is called otherwise. */
  readonly texts: Record<string, string>;
  readonly inferred: ReadonlyMap<string, InferredColumn>;
}

/** Leave out columns that a model does not take. */
function leaveOut(
  records: readonly RawRecord[],
  open: readonly string[],
  card: DatasetCard,
  notices: Notice[],
): OpenColumns {
  remove(records, open);
  notices.push(
    ...notice(
      "columns/not-in-model",
      placeOf(records),
      "left out, since the model has no such column: ",
      open.map(quoted),
    ),
  );
  return { card, texts: {}, inferred: new Map() };
}

/** Give every column that is open a place: in one table, as a text, or left out. */
function takeOpen(
  records: readonly RawRecord[],
  open: readonly string[],
  card: DatasetCard,
  notices: Notice[],
  where: string,
): OpenColumns {
  const errors = new Faults();
  for (const name of open.filter(isReservedName))
    errors.attempt(() => {
      const record = records.find(({ fields }) => Object.hasOwn(fields, name));
      checkModalityName(name, `${record?.where}, field ${JSON.stringify(name)}`);
    });
  errors.throwAny();
  const decisions = decideColumns(records, open, card.columns);
  const declaredAs = (name: string) => card.columns?.find((column) => column.name === name) ?? name;
  const all = [...decisions];
  const ofTable = all.filter(([, { to }]) => to === "table").map(([name]) => name);
  const hasTable = Object.values(card.modalities).some(
    ({ kind, options }) => kind === "tabular" && options.columns !== undefined,
  );
  const emptied = all.filter(([, { to }]) => to === "out");
  const out = hasTable ? [...emptied.map(([name]) => name), ...ofTable] : emptied.map(([name]) => name);
  const isAll = out.length === open.length && open.length > 0 && !hasOthers(records, out, card);
  const kept = isAll ? backFor(all) : [];
  const gone = out.filter((name) => !kept.includes(name));
  const reasons = gone.map((name) => {
    const decision = decisions.get(name);
    return decision?.to === "out" ? `${quoted(name)} (${decision.why})` : quoted(name);
  });
  const declaredElsewhere = hasTable ? ofTable.filter((name) => gone.includes(name)) : [];
  notices.push(
    ...notice(
      "columns/left-out",
      where,
      "left out: ",
      reasons.filter((_, i) => !declaredElsewhere.includes(gone[i])),
    ),
    ...notice(
      "columns/undeclared",
      where,
      "left out, since dataset.json lists the table's columns: ",
      declaredElsewhere.map(quoted),
    ),
  );
  remove(records, gone);
  const modalities = { ...card.modalities };
  const inTable = [...(hasTable ? [] : ofTable), ...kept.filter((name) => !isWords(decisions.get(name)))];
  if (inTable.length > 0) {
    const [free] = Object.entries(card.modalities).filter(
      ([modality, { kind }]) => kind === "tabular" && !columnsOf(records).includes(modality),
    );
    const name = free && !hasTable ? free[0] : freeName([...open, ...Object.keys(modalities)]);
    modalities[name] = {
      kind: "tabular",
      options: { ...(free && !hasTable ? free[1].options : {}), columns: inTable.map(declaredAs) },
    };
  }
  const texts: Record<string, string> = {};
  const words = [
    ...all.filter(([, { to }]) => to === "text").map(([name]) => name),
    ...kept.filter((name) => isWords(decisions.get(name))),
  ];
  for (const column of words) {
    const modality = modalityNameOf(column, "text");
    if (modality !== column) texts[column] = modality;
  }
  rename(records, new Map(Object.entries(texts)));
  const renamed = Object.entries(texts).map(
    ([column, modality]) => `${quoted(column)} as ${quoted(modality)}`,
  );
  notices.push(...notice("columns/renamed", where, "read as a text modality: ", renamed));
  if (ofTable.length > 0 && words.length > 0)
    notices.push(...notice("columns/texts", where, "read as texts: ", words.map(quoted)));
  const mixed = words.filter((name) => {
    const inferred = decisions.get(name)?.inferred;
    return inferred !== undefined && inferred.numeric > 0 && inferred.numeric >= 0.25 * inferred.present;
  });
  notices.push(
    ...notice(
      "columns/mixed",
      where,
      "read as texts though many cells are numbers: ",
      mixed.map(quoted),
      true,
    ),
  );
  const inferred = new Map(
    inTable.flatMap((name) => {
      const decision = decisions.get(name);
      return decision ? [[name, decision.inferred] as const] : [];
    }),
  );
  return { card: { ...card, modalities }, texts, inferred };
}

const isWords = (decision: Decision | undefined): boolean =>
  decision?.inferred.reading.type === "category" && !decision.inferred.codes;

/** Columns that were left out for what they may be, taken back when nothing else is left. */
const backFor = (all: readonly (readonly [string, Decision])[]): string[] =>
  all.flatMap(([name, decision]) => (decision.to === "out" && !decision.isSure ? [name] : []));

/** Whether records have anything beside the fields of a row and the columns `out`. */
function hasOthers(records: readonly RawRecord[], out: readonly string[], card: DatasetCard): boolean {
  const gone = new Set(out);
  const isOther = (name: string) => !isRowField(name) && !gone.has(name);
  return columnsOf(records).some(isOther) || Object.keys(card.modalities).length > 0;
}

/** A name for the table that no column has. */
function freeName(taken: readonly string[]): string {
  const names = ["table", "cells", "columns", "row"];
  return names.find((name) => !taken.includes(name)) ?? `table_${taken.length}`;
}
