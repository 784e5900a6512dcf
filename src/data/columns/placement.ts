/** Places every column that nobody declared: in one tabular modality, as a text modality, or left out. */

import { Faults } from "../../base/faults.js";
import { nearest } from "../../base/nearest.js";
import type { InferredColumn } from "../../modality/index.js";
import type { DatasetCard } from "../card.js";
import { quoted } from "../listed.js";
import { checkModalityName, isReservedName, modalityNameOf } from "../names.js";
import type { Notice } from "../notice.js";
import { type RawRecord, sourceOf, whereOf } from "../record.js";
import { areMixed, areWords } from "./cell-patterns.js";
import { columnNames, columnNotice, isRowField, removeFields, renameFields, tableColumns } from "./cells.js";
import { type Decision, decideColumns } from "./undeclared.js";

/** The card and the columns after placement. */
interface Placed {
  /** The card with the tabular and text modalities. */
  readonly card: DatasetCard;
  /** Modality by text column whose name is not a valid modality name. */
  readonly texts: Record<string, string>;
  /** What was inferred of each table column, by name. */
  readonly inferred: ReadonlyMap<string, InferredColumn>;
}

type Decisions = ReadonlyMap<string, Decision>;

/** The columns by their place. */
interface Choice {
  readonly inTable: readonly string[];
  readonly texts: readonly string[];
  readonly leftOut: readonly string[];
  /** Of those left out: table cells that a card with a list of columns does not list. */
  readonly unlisted: readonly string[];
}

/** Place `columns`, which `card` does not declare; fields of `records` are renamed and removed accordingly. */
export function placeColumns(
  records: readonly RawRecord[],
  columns: readonly string[],
  card: DatasetCard,
  notices: Notice[],
): Placed {
  const where = sourceOf(records);
  checkNames(records, columns);
  const decisions = decideColumns(records, columns, card.columns);
  const choice = choose(decisions, listsColumns(card), (leftOut) => !hasOthers(records, leftOut, card));
  const texts = renamedTexts(choice.texts);
  notices.push(...placementNotices(choice, decisions, texts, where));
  removeFields(records, choice.leftOut);
  const placed = withTable(card, choice.inTable, columnNames(records), columns);
  renameFields(records, new Map(Object.entries(texts)));
  const inferred = new Map(
    choice.inTable.flatMap((name) => {
      const decision = decisions.get(name);
      return decision ? [[name, decision.inferred] as const] : [];
    }),
  );
  return { card: placed, texts, inferred };
}

/** Leave out `columns`, which the model of `card` does not read, and note which of its table columns are missing. */
export function leaveOutColumns(
  records: readonly RawRecord[],
  columns: readonly string[],
  card: DatasetCard,
  notices: Notice[],
): Placed {
  const present = columnNames(records);
  const read = tableColumns(card);
  const lacking = read.some((name) => present.includes(name))
    ? read.filter((name) => !present.includes(name))
    : [];
  removeFields(records, columns);
  const where = sourceOf(records);
  const unknown = "left out, since the model has no such column: ";
  const missing = "has no such column, so that its cells are missing: ";
  const withNearest = lacking.map((name) => {
    const similar = nearest(name, columns);
    return similar === undefined ? quoted(name) : `${quoted(name)} (perhaps ${quoted(similar)})`;
  });
  notices.push(
    ...columnNotice("columns/not-in-model", where, unknown, columns.map(quoted)),
    ...columnNotice("columns/lacking", where, missing, withNearest, true),
  );
  return { card, texts: {}, inferred: new Map() };
}

/** Check that no column is named like a property of objects. @throws {InputError} data/bad-modality-name, of all of them */
function checkNames(records: readonly RawRecord[], columns: readonly string[]): void {
  const faults = new Faults();
  for (const name of columns.filter(isReservedName))
    faults.attempt(() => {
      const record = records.find(({ fields }) => Object.hasOwn(fields, name));
      checkModalityName(name, `${record && whereOf(record)}, field ${JSON.stringify(name)}`);
    });
  faults.throwAny();
}

/** Whether the card has a tabular modality with a list of columns. */
const listsColumns = ({ modalities }: DatasetCard): boolean =>
  Object.values(modalities).some(({ kind, options }) => kind === "tabular" && options.columns !== undefined);

/** Choose places by the decisions. Columns left out on suspicion are taken back if the rows have nothing else. */
function choose(
  decisions: Decisions,
  hasTable: boolean,
  isNothingElse: (leftOut: readonly string[]) => boolean,
): Choice {
  const all = [...decisions];
  const placedIn = (place: Decision["to"]) => all.flatMap(([name, { to }]) => (to === place ? [name] : []));
  const [ofTable, texts, out] = [placedIn("table"), placedIn("text"), placedIn("out")];
  const left = hasTable ? [...out, ...ofTable] : out;
  const isAll = left.length === all.length && all.length > 0 && isNothingElse(left);
  const back = isAll
    ? all.filter(([, decision]) => decision.to === "out" && !decision.isSure).map(([name]) => name)
    : [];
  const textsBack = back.filter((name) => all.some(([n, { inferred }]) => n === name && areWords(inferred)));
  return {
    inTable: [...(hasTable ? [] : ofTable), ...back.filter((name) => !textsBack.includes(name))],
    texts: [...texts, ...textsBack],
    leftOut: left.filter((name) => !back.includes(name)),
    unlisted: hasTable ? ofTable : [],
  };
}

/** Whether records have any modality besides the columns left out. */
function hasOthers(records: readonly RawRecord[], leftOut: readonly string[], card: DatasetCard): boolean {
  const out = new Set(leftOut);
  const isOther = (name: string) => !isRowField(name) && !out.has(name);
  return columnNames(records).some(isOther) || Object.keys(card.modalities).length > 0;
}

/** The modality of each text column whose name is not a valid modality name. */
const renamedTexts = (columns: readonly string[]): Record<string, string> =>
  Object.fromEntries(
    columns.flatMap((column) => {
      const modality = modalityNameOf(column, "text");
      return modality === column ? [] : [[column, modality]];
    }),
  );

/** The card with a tabular modality of the columns `inTable`: a declared one without columns, or a new one. */
function withTable(
  card: DatasetCard,
  inTable: readonly string[],
  present: readonly string[],
  taken: readonly string[],
): DatasetCard {
  if (inTable.length === 0) return card;
  const declarationOf = (name: string) => card.columns?.find((column) => column.name === name) ?? name;
  const declared = listsColumns(card)
    ? undefined
    : Object.entries(card.modalities).find(
        ([modality, { kind }]) => kind === "tabular" && !present.includes(modality),
      );
  const name = declared?.[0] ?? freeName([...taken, ...Object.keys(card.modalities)]);
  const options = { ...declared?.[1].options, columns: inTable.map(declarationOf) };
  return { ...card, modalities: { ...card.modalities, [name]: { kind: "tabular", options } } };
}

/** A name for the tabular modality that no column has. */
function freeName(taken: readonly string[]): string {
  const names = ["table", "cells", "columns", "row"];
  return names.find((name) => !taken.includes(name)) ?? `table_${taken.length}`;
}

function placementNotices(
  { inTable, texts, leftOut, unlisted }: Choice,
  decisions: Decisions,
  renamed: Readonly<Record<string, string>>,
  where: string,
): Notice[] {
  const reasons = leftOut
    .filter((name) => !unlisted.includes(name))
    .map((name) => {
      const decision = decisions.get(name);
      return decision?.to === "out" ? `${quoted(name)} (${decision.why})` : quoted(name);
    });
  const isMixed = (name: string) => {
    const inferred = decisions.get(name)?.inferred;
    return inferred !== undefined && areMixed(inferred);
  };
  const hasBoth = texts.length > 0 && (inTable.length > 0 || unlisted.length > 0);
  const names = Object.entries(renamed).map(
    ([column, modality]) => `${quoted(column)} as ${quoted(modality)}`,
  );
  const notListed = "left out, since dataset.json lists the table's columns: ";
  const mixed = "read as texts though many cells are numbers: ";
  return [
    ...columnNotice("columns/left-out", where, "left out: ", reasons),
    ...columnNotice("columns/undeclared", where, notListed, unlisted.map(quoted)),
    ...columnNotice("columns/renamed", where, "read as a text modality: ", names),
    ...columnNotice("columns/texts", where, "read as texts: ", hasBoth ? texts.map(quoted) : []),
    ...columnNotice("columns/mixed", where, mixed, texts.filter(isMixed).map(quoted), true),
  ];
}
