/**
 * Decides what the columns that nobody declared are: cells of one table, texts, or left out, since they are empty,
 * constant, an index or ids.
 */

import { Faults } from "../../base/faults.js";
import {
  type ColumnDeclaration,
  columnError,
  type InferredColumn,
  inferColumn,
  type NumberFormat,
  type PlacedCell,
} from "../../modality/index.js";
import type { RawRecord } from "../rows.js";
import { cellsOf } from "./fields.js";

/** What a column becomes. */
export type Decision =
  | { readonly to: "table"; readonly inferred: InferredColumn }
  | { readonly to: "text"; readonly inferred: InferredColumn }
  | { readonly to: "out"; readonly why: string; readonly inferred: InferredColumn; readonly isSure?: true };

/** Rows from which on a counter, ids and categories can be told. */
const FEW = 8;
const MOST_CATEGORIES = 1000;
const LONG = 60;

const unnamed = /^(|unnamed: ?\d+|column\d+|_\d+)$/i;
const indexName = /^(index|level_0|row|rownames|row_?names?|row_?(id|number|nr|no)|x|no|nr|#|n)$/i;
const idEnd = /(^|[_\s.-])(ids?|uuid|guid|key|hash|serial|isbn|ssn|vin|ticket|index|idx)$/i;
const idCamel = /[a-z](Id|ID|Key|UUID)$/;
const isIdName = (name: string) => idEnd.test(name) || idCamel.test(name);
const textName =
  /^(.*[_\s-])?(texts?|sentences?|reviews?|comments?|captions?|descriptions?|titles?|messages?|utterances?|questions?|answers?|body|content|summary|abstract|tweets?|headlines?|prompts?|query|queries|notes?|names?|words?|passage|document|story|lyrics|transcripts?|url)$/i;

/** Decide on every scalar column of `names`. Columns that cannot be read are refused together. */
export function decideColumns(
  records: readonly RawRecord[],
  names: readonly string[],
  declarations: readonly ColumnDeclaration[] = [],
): Map<string, Decision> {
  const declaredOf = new Map(declarations.map((declared) => [declared.name, declared]));
  const columns = names.flatMap((name) => {
    const cells = cellsOf(records, name);
    const { type, ...format } = declaredOf.get(name) ?? { name };
    const declared =
      type === "text" || type === "ignore" ? { type: "category" as const } : { ...format, type };
    return cells ? [{ name, cells, type, declared, inferred: inferColumn(cells, declared) }] : [];
  });
  const format = commonFormat(columns.map(({ inferred }) => inferred));
  const errors = new Faults();
  const decisions = new Map<string, Decision>();
  for (const { name, cells, type, declared, inferred: alone } of columns) {
    const inferred = alone.ambiguous && format ? inferColumn(cells, declared, format) : alone;
    const isTable = declaredOf.has(name) && inferred.present > 0;
    const decision: Decision =
      type === "text"
        ? { to: "text", inferred }
        : type === "ignore"
          ? { to: "out", why: "as dataset.json says", inferred, isSure: true }
          : isTable
            ? { to: "table", inferred }
            : decide(name, cells, inferred);
    if (decision.to !== "out") {
      const error = columnError(name, inferred);
      if (error) errors.add(error);
    }
    decisions.set(name, decision);
  }
  errors.throwAny();
  keepWords(decisions, declaredOf);
  return decisions;
}

/** How the file writes numbers, if columns that are settled agree. */
export function commonFormat(columns: readonly InferredColumn[]): NumberFormat | undefined {
  const settled = columns.filter(
    ({ reading, ambiguous, odd }) => reading.type === "number" && !ambiguous && odd.length === 0,
  );
  const isComma = settled.some(({ reading }) => reading.decimal === ",");
  const isPoint = settled.some(({ reading }) => reading.thousands === ",");
  if (isComma === isPoint) return undefined;
  return isComma ? { decimal: "," } : { thousands: "," };
}

function decide(name: string, cells: readonly PlacedCell[], inferred: InferredColumn): Decision {
  const { reading, present, total, distinct, codes } = inferred;
  const out = (why: string, isSure?: true): Decision => ({
    to: "out",
    why,
    inferred,
    ...(isSure && { isSure }),
  });
  const table = (): Decision => ({ to: "table", inferred });
  if (present === 0) return out("no cell in it", true);
  if (unnamed.test(name.trim()) && (name.trim() === "" || isCounter(cells) || distinct === present))
    return out("an index without a name", true);
  if (present === 1 && total >= FEW) return out(`one cell in ${total} rows`);
  const isDistinct = distinct === present && present >= FEW;
  const isText =
    reading.type === "category" &&
    textName.test(name.trim()) &&
    !cells.some(({ cell }) => typeof cell === "boolean");
  if (distinct === 1 && present === total && total > 1 && !isText)
    return out(`always ${JSON.stringify(cells[0].cell)}`);
  if (reading.type !== "category") {
    if (total >= FEW && isCounter(cells) && reading.type === "number") return out("a counter of the rows");
    if (indexName.test(name) && isCounter(cells)) return out("an index");
    if (reading.type === "number" && isDistinct && isIdName(name) && areWhole(cells))
      return out("a different value in every row");
    return table();
  }
  if (codes) return isDistinct ? out("a different code in every row") : table();
  const texts = cells.flatMap(({ cell }) =>
    typeof cell === "string" && cell.trim() !== "" ? [cell.trim()] : [],
  );
  if (texts.length === 0) return table();
  if (isDistinct && isIdName(name) && !texts.some(isWordy)) return out("a different value in every row");
  if (isText) return { to: "text", inferred };
  const longest = texts.reduce((most, text) => Math.max(most, text.length), 0);
  const isRepeated = distinct <= present / 2 && distinct <= MOST_CATEGORIES && longest <= LONG;
  if (isRepeated && (present >= FEW || distinct <= 2))
    return distinct <= present / 10 || !mostly(texts, isWordy) ? table() : { to: "text", inferred };
  if (mostly(texts, isWordy) || present < FEW) return { to: "text", inferred };
  if (mostly(texts, isCodeLike))
    return out(
      distinct === present
        ? "a different value in every row"
        : `${distinct} different codes in ${present} cells`,
    );
  return { to: "text", inferred };
}

/** Take a single column of categories, with no other column beside it in the table, as texts. */
function keepWords(decisions: Map<string, Decision>, declared: ReadonlyMap<string, unknown>): void {
  const tables = [...decisions].filter(([, { to }]) => to === "table");
  if (tables.length === 1) {
    const [[name, { inferred }]] = tables;
    if (areWords(inferred) && !declared.has(name) && inferred.distinct > 2)
      decisions.set(name, { to: "text", inferred });
  }
}

/** Whether a column's cells are words, neither numbers nor codes. */
export const areWords = ({ reading, codes }: InferredColumn): boolean =>
  reading.type === "category" && !codes;

/** From this share of cells that are numbers on, a column of words may be one of numbers with odd cells. */
const MIXED = 0.25;

/** Whether a column of words has many cells that are numbers. */
export const areMixed = ({ numeric, present }: InferredColumn): boolean =>
  numeric > 0 && numeric >= MIXED * present;

/** Whether cells count rows: 0, 1, 2, … or from 1. */
function isCounter(cells: readonly PlacedCell[]): boolean {
  const first = wholeOf(cells[0]);
  return (first === 0 || first === 1) && cells.every((cell, i) => wholeOf(cell) === first + i);
}

const wholeOf = ({ cell }: PlacedCell): number | undefined => {
  const number =
    typeof cell === "number"
      ? cell
      : typeof cell === "string" && /^\d+(\.0)?$/.test(cell.trim())
        ? Number(cell)
        : Number.NaN;
  return Number.isInteger(number) ? number : undefined;
};

export const areWhole = (cells: readonly PlacedCell[]): boolean =>
  cells.every((cell) => cell.cell === null || cell.cell === "" || wholeOf(cell) !== undefined);

const mostly = (texts: readonly string[], is: (text: string) => boolean): boolean =>
  texts.filter(is).length >= texts.length / 2;

/** Of three words or more, or long. */
const isWordy = (text: string): boolean => text.length > LONG || (text.match(/\S+/g)?.length ?? 0) >= 3;

/** One word with a digit in it that is no address. */
const isCodeLike = (text: string): boolean =>
  /\d/.test(text) && !/:\/\//.test(text) && (text.match(/\S+/g)?.length ?? 0) <= 2;
