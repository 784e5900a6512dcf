/**
 * Decides for each column that nobody declared: a cell of the table, a text, or left out because it is empty, constant, an
 * index or an id.
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
import type { RawRecord } from "../record.js";
import { areWhole, areWords, isCodeLike, isCounter, isWordy, LONG, mostly } from "./cell-patterns.js";
import { cellsOf } from "./cells.js";

/** The place of a column. `isSure` marks columns that are left out even if nothing else is left. */
export type Decision =
  | { readonly to: "table"; readonly inferred: InferredColumn }
  | { readonly to: "text"; readonly inferred: InferredColumn }
  | { readonly to: "out"; readonly why: string; readonly inferred: InferredColumn; readonly isSure?: true };

/** Rows below which counters, ids and categories cannot be recognised. */
const FEW = 8;
const MOST_CATEGORIES = 1000;

const unnamed = /^(|unnamed: ?\d+|column\d+|_\d+)$/i;
const indexName = /^(index|level_0|row|rownames|row_?names?|row_?(id|number|nr|no)|x|no|nr|#|n)$/i;
const idEnding = /(^|[_\s.-])(ids?|uuid|guid|key|hash|serial|isbn|ssn|vin|ticket|index|idx)$/i;
const camelCaseId = /[a-z](Id|ID|Key|UUID)$/;
const isIdName = (name: string) => idEnding.test(name) || camelCaseId.test(name);
const textName =
  /^(.*[_\s-])?(texts?|sentences?|reviews?|comments?|captions?|descriptions?|titles?|messages?|utterances?|questions?|answers?|body|content|summary|abstract|tweets?|headlines?|prompts?|query|queries|notes?|names?|words?|passage|document|story|lyrics|transcripts?|url)$/i;

/** Decide on every column of `names` that holds cells. Columns whose cells cannot be read are reported together. */
export function decideColumns(
  records: readonly RawRecord[],
  names: readonly string[],
  declarations: readonly ColumnDeclaration[] = [],
): Map<string, Decision> {
  const declarationOf = new Map(declarations.map((declaration) => [declaration.name, declaration]));
  const columns = names.flatMap((name) => {
    const cells = cellsOf(records, name);
    const { type, ...format } = declarationOf.get(name) ?? { name };
    const declared =
      type === "text" || type === "ignore" ? { type: "category" as const } : { ...format, type };
    return cells ? [{ name, cells, type, declared, inferred: inferColumn(cells, declared) }] : [];
  });
  const format = commonFormat(columns.map(({ inferred }) => inferred));
  const errors = new Faults();
  const decisions = new Map<string, Decision>();
  for (const { name, cells, type, declared, inferred: alone } of columns) {
    const inferred = alone.ambiguous && format ? inferColumn(cells, declared, format) : alone;
    const isTable = declarationOf.has(name) && inferred.present > 0;
    const decision: Decision =
      type === "text"
        ? { to: "text", inferred }
        : type === "ignore"
          ? { to: "out", why: "as dataset.json says", inferred, isSure: true }
          : isTable
            ? { to: "table", inferred }
            : decide(name, cells, inferred);
    const error = decision.to === "out" ? undefined : columnError(name, inferred);
    if (error) errors.add(error);
    decisions.set(name, decision);
  }
  errors.throwAny();
  keepWords(decisions, declarationOf);
  return decisions;
}

/** The number format of a file, if its unambiguous columns agree on one. */
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
  const { reading, present, total, distinct } = inferred;
  const out = (why: string, isSure?: true): Decision => ({ to: "out", why, inferred, isSure });
  if (present === 0) return out("no cell in it", true);
  if (unnamed.test(name.trim()) && (name.trim() === "" || isCounter(cells) || distinct === present))
    return out("an index without a name", true);
  if (present === 1 && total >= FEW) return out(`one cell in ${total} rows`);
  if (distinct === 1 && present === total && total > 1 && !isTextName(name, cells, inferred))
    return out(`always ${JSON.stringify(cells[0].cell)}`);
  return reading.type === "category"
    ? decideCategory(name, cells, inferred)
    : decideNumber(name, cells, inferred);
}

/** Decide on a column of numbers or dates. */
function decideNumber(name: string, cells: readonly PlacedCell[], inferred: InferredColumn): Decision {
  const { reading, present, total, distinct } = inferred;
  const out = (why: string): Decision => ({ to: "out", why, inferred });
  const isNumber = reading.type === "number";
  if (total >= FEW && isCounter(cells) && isNumber) return out("a counter of the rows");
  if (indexName.test(name) && isCounter(cells)) return out("an index");
  const isDistinct = distinct === present && present >= FEW;
  if (isNumber && isDistinct && isIdName(name) && areWhole(cells))
    return out("a different value in every row");
  return { to: "table", inferred };
}

/** Decide on a column of categories: those that repeat are table cells, wordy ones texts, codes are left out. */
function decideCategory(name: string, cells: readonly PlacedCell[], inferred: InferredColumn): Decision {
  const { present, distinct, codes } = inferred;
  const out = (why: string): Decision => ({ to: "out", why, inferred });
  const [table, text]: Decision[] = [
    { to: "table", inferred },
    { to: "text", inferred },
  ];
  const isDistinct = distinct === present && present >= FEW;
  if (codes) return isDistinct ? out("a different code in every row") : table;
  const texts = cells.flatMap(({ cell }) =>
    typeof cell === "string" && cell.trim() !== "" ? [cell.trim()] : [],
  );
  if (texts.length === 0) return table;
  if (isDistinct && isIdName(name) && !texts.some(isWordy)) return out("a different value in every row");
  if (isTextName(name, cells, inferred)) return text;
  const longest = texts.reduce((most, { length }) => Math.max(most, length), 0);
  const isRepeated = distinct <= present / 2 && distinct <= MOST_CATEGORIES && longest <= LONG;
  if (isRepeated && (present >= FEW || distinct <= 2))
    return distinct <= present / 10 || !mostly(texts, isWordy) ? table : text;
  if (mostly(texts, isWordy) || present < FEW || !mostly(texts, isCodeLike)) return text;
  return out(
    distinct === present
      ? "a different value in every row"
      : `${distinct} different codes in ${present} cells`,
  );
}

/** Whether a column of strings is a text by its name. */
const isTextName = (name: string, cells: readonly PlacedCell[], { reading }: InferredColumn): boolean =>
  reading.type === "category" &&
  textName.test(name.trim()) &&
  !cells.some(({ cell }) => typeof cell === "boolean");

/** Read a column of words as a text if it is the only column of the table. */
function keepWords(decisions: Map<string, Decision>, declared: ReadonlyMap<string, unknown>): void {
  const tables = [...decisions].filter(([, { to }]) => to === "table");
  if (tables.length !== 1) return;
  const [[name, { inferred }]] = tables;
  if (areWords(inferred) && !declared.has(name) && inferred.distinct > 2)
    decisions.set(name, { to: "text", inferred });
}
