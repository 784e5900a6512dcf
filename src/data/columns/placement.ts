/**
 * Gives every column that nobody declared its place in the data set: in one table, as a text modality, or left out.
 */

import { Faults } from "../../base/faults.js";
import { nearest } from "../../base/nearest.js";
import type { InferredColumn } from "../../modality/index.js";
import type { DatasetCard } from "../card.js";
import { checkModalityName, isReservedName, modalityNameOf } from "../names.js";
import type { Notice } from "../notice.js";
import type { RawRecord } from "../rows.js";
import { columnsOf, isRowField, notice, placeOf, quoted, remove, rename } from "./fields.js";
import { tableColumns } from "./media.js";
import { areMixed, areWords, type Decision, decideColumns } from "./undeclared.js";

/** What became of the columns that nobody declared. */
export interface Placed {
  /** The card with the table and the texts. */
  readonly card: DatasetCard;
  /** The text modality of each column whose name cannot be that of a modality. */
  readonly texts: Record<string, string>;
  /** What was inferred of the table's columns, by name. */
  readonly inferred: ReadonlyMap<string, InferredColumn>;
}

type Decisions = ReadonlyMap<string, Decision>;

/** The columns by their place. */
interface Choice {
  readonly inTable: readonly string[];
  /** Columns of texts by what they are, and those taken back since nothing else is left. */
  readonly texts: readonly string[];
  readonly leftOut: readonly string[];
  /** Of those left out: cells of a table whose columns the card lists. */
  readonly unlisted: readonly string[];
}

/** Place `columns`, which `card` does not declare; the fields of `records` are renamed and removed accordingly. */
export function placeColumns(
  records: readonly RawRecord[],
  columns: readonly string[],
  card: DatasetCard,
  notices: Notice[],
): Placed {
  const where = placeOf(records);
  checkNames(records, columns);
  const decisions = decideColumns(records, columns, card.columns);
  const choice = choose(decisions, listsColumns(card), (leftOut) => !hasOthers(records, leftOut, card));
  const texts = renamedTexts(choice.texts);
  notices.push(...noticesOf(choice, decisions, texts, where));
  remove(records, choice.leftOut);
  const placed = withTable(card, choice.inTable, columnsOf(records), columns);
  rename(records, new Map(Object.entries(texts)));
  const inferred = new Map(
    choice.inTable.flatMap((name) => {
      const decision = decisions.get(name);
      return decision ? [[name, decision.inferred] as const] : [];
    }),
  );
  return { card: placed, texts, inferred };
}

/** Leave out columns that a model does not take, and tell those of its tables that are not there. */
export function leaveOutColumns(
  records: readonly RawRecord[],
  columns: readonly string[],
  card: DatasetCard,
  notices: Notice[],
): Placed {
  const present = columnsOf(records);
  const read = tableColumns(card);
  const lacking = read.some((name) => present.includes(name))
    ? read.filter((name) => !present.includes(name))
    : [];
  remove(records, columns);
  notices.push(
    ...notice(
      "columns/not-in-model",
      placeOf(records),
      "left out, since the model has no such column: ",
      columns.map(quoted),
    ),
    ...notice(
      "columns/lacking",
      placeOf(records),
      "has no such column, so that its cells are missing: ",
      lacking.map((name) => {
        const meant = nearest(name, columns);
        return meant === undefined ? quoted(name) : `${quoted(name)} (perhaps ${quoted(meant)})`;
      }),
      true,
    ),
  );
  return { card, texts: {}, inferred: new Map() };
}

/** Throw one `InputError` of all columns whose names are those of properties of objects. */
function checkNames(records: readonly RawRecord[], columns: readonly string[]): void {
  const faults = new Faults();
  for (const name of columns.filter(isReservedName))
    faults.attempt(() => {
      const record = records.find(({ fields }) => Object.hasOwn(fields, name));
      checkModalityName(name, `${record?.where}, field ${JSON.stringify(name)}`);
    });
  faults.throwAny();
}

/** Whether the card lists the columns of a table. */
const listsColumns = ({ modalities }: DatasetCard): boolean =>
  Object.values(modalities).some(({ kind, options }) => kind === "tabular" && options.columns !== undefined);

/** Divide columns by the decisions; those left out for what they may be are taken back if nothing else is left. */
function choose(
  decisions: Decisions,
  hasTable: boolean,
  isNothingBeside: (leftOut: readonly string[]) => boolean,
): Choice {
  const all = [...decisions];
  const namesTo = (place: Decision["to"]) => all.flatMap(([name, { to }]) => (to === place ? [name] : []));
  const [ofTable, texts, out] = [namesTo("table"), namesTo("text"), namesTo("out")];
  const gone = hasTable ? [...out, ...ofTable] : out;
  const isAll = gone.length === all.length && all.length > 0 && isNothingBeside(gone);
  const back = isAll
    ? all.flatMap(([name, decision]) => (decision.to === "out" && !decision.isSure ? [name] : []))
    : [];
  const isText = (name: string) => areWords(decisions.get(name)!.inferred);
  const leftOut = gone.filter((name) => !back.includes(name));
  return {
    inTable: [...(hasTable ? [] : ofTable), ...back.filter((name) => !isText(name))],
    texts: [...texts, ...back.filter(isText)],
    leftOut,
    unlisted: hasTable ? ofTable : [],
  };
}

/** Whether records have anything beside the fields of a row and the columns left out. */
function hasOthers(records: readonly RawRecord[], leftOut: readonly string[], card: DatasetCard): boolean {
  const gone = new Set(leftOut);
  const isOther = (name: string) => !isRowField(name) && !gone.has(name);
  return columnsOf(records).some(isOther) || Object.keys(card.modalities).length > 0;
}

/** The modality of each text column whose name cannot be that of one. */
const renamedTexts = (columns: readonly string[]): Record<string, string> =>
  Object.fromEntries(
    columns.flatMap((column) => {
      const modality = modalityNameOf(column, "text");
      return modality === column ? [] : [[column, modality]];
    }),
  );

/** The card with a table of `inTable`: one that it declares without columns, or a new one of a name that is free. */
function withTable(
  card: DatasetCard,
  inTable: readonly string[],
  present: readonly string[],
  taken: readonly string[],
): DatasetCard {
  if (inTable.length === 0) return card;
  const declaredAs = (name: string) => card.columns?.find((column) => column.name === name) ?? name;
  const declared = listsColumns(card)
    ? undefined
    : Object.entries(card.modalities).find(
        ([modality, { kind }]) => kind === "tabular" && !present.includes(modality),
      );
  const name = declared?.[0] ?? freeName([...taken, ...Object.keys(card.modalities)]);
  const options = { ...declared?.[1].options, columns: inTable.map(declaredAs) };
  return { ...card, modalities: { ...card.modalities, [name]: { kind: "tabular", options } } };
}

/** A name for the table that no column has. */
function freeName(taken: readonly string[]): string {
  const names = ["table", "cells", "columns", "row"];
  return names.find((name) => !taken.includes(name)) ?? `table_${taken.length}`;
}

function noticesOf(
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
  return [
    ...notice("columns/left-out", where, "left out: ", reasons),
    ...notice(
      "columns/undeclared",
      where,
      "left out, since dataset.json lists the table's columns: ",
      unlisted.map(quoted),
    ),
    ...notice(
      "columns/renamed",
      where,
      "read as a text modality: ",
      Object.entries(renamed).map(([column, modality]) => `${quoted(column)} as ${quoted(modality)}`),
    ),
    ...notice("columns/texts", where, "read as texts: ", hasBoth ? texts.map(quoted) : []),
    ...notice(
      "columns/mixed",
      where,
      "read as texts though many cells are numbers: ",
      texts.filter(isMixed).map(quoted),
      true,
    ),
  ];
}
