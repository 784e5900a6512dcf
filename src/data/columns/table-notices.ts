/** Notices of how the columns of a table were read. */

import type { InferredColumn } from "../../modality/index.js";
import { quoted } from "../listed.js";
import type { Notice } from "../notice.js";
import { areMixed, areWhole } from "./cell-patterns.js";
import { columnNotice } from "./cells.js";
import { isEmptyColumn, type TableColumnCells } from "./table-column.js";

/** Rows from which on distinct values suggest ids. */
const FEW = 8;

/** What was decided about columns whose reading was not stated. */
export function tableNotices(columns: readonly TableColumnCells[], where: string): Notice[] {
  const inferred = columns.filter(
    (column) => column.declared.type === undefined && !isEmptyColumn(column) && column.inferred.present > 0,
  );
  const ofType = (type: string) => inferred.filter((column) => column.inferred.reading.type === type);
  const notice = (
    code: string,
    about: string,
    of: readonly TableColumnCells[],
    item: (column: InferredColumn, name: string) => string,
    isSuspect = false,
  ) =>
    columnNotice(
      `columns/${code}`,
      where,
      about,
      of.map(({ declared, inferred }) => item(inferred, quoted(declared.name))),
      isSuspect,
    );
  const name = (_: InferredColumn, name: string) => name;
  const categories = ofType("category");
  const mixed = categories.filter(({ inferred }) => areMixed(inferred));
  return [
    ...notice("numbers", "read as numbers: ", ofType("number"), name),
    ...notice(
      "categories",
      "read as categories: ",
      categories,
      ({ distinct, codes }, name) => `${name} (${distinct}${codes ? " codes" : ""})`,
    ),
    ...notice(
      "dates",
      "read as dates, ",
      ofType("date"),
      (column, name) => `${name} (${column.reading.unit} since 1970, ${orderOf(column)})`,
    ),
    ...notice(
      "format",
      "read numbers ",
      columns.filter(isFormatted),
      (column, name) => `in ${name} with ${formatOf(column)}`,
    ),
    ...notice("missing", "took for missing cells: ", columns.filter(hasMarks), marksOf),
    ...notice(
      "blank",
      "empty cells are missing: ",
      columns.filter(hasBlanks),
      ({ total, present }, name) => `${total - present} of ${total} in ${name}`,
    ),
    ...notice("empty", "left out, since no row has a cell: ", columns.filter(isEmptyColumn), name, true),
    ...notice(
      "mixed",
      "read as categories though many cells are numbers: ",
      mixed,
      ({ numeric, present }, name) => `${name} (${numeric} of ${present} cells)`,
      true,
    ),
    ...notice(
      "distinct",
      "a different value in every row, as ids have: ",
      inferred.filter(looksLikeIds),
      name,
      true,
    ),
  ];
}

/** Whether numbers are in a format other than the plain one, which no declaration states. */
const isFormatted = ({ declared: { decimal, thousands, unit }, inferred }: TableColumnCells): boolean =>
  inferred.reading.type === "number" &&
  inferred.present > 0 &&
  formatOf(inferred) !== "" &&
  [decimal, thousands, unit].every((stated) => stated === undefined);

const hasMarks = ({ inferred: { marks } }: TableColumnCells): boolean => marks.length > 0;

const hasBlanks = ({ inferred: { marks, present, total } }: TableColumnCells): boolean =>
  marks.length === 0 && present > 0 && present < total;

const looksLikeIds = ({ inferred, cells }: TableColumnCells): boolean => {
  const { present, distinct, reading, total } = inferred;
  const isDistinct = total >= FEW && distinct === present && present === total;
  return isDistinct && (reading.type === "category" || (reading.type === "number" && areWhole(cells)));
};

const marksOf = ({ marks, present, total }: InferredColumn, name: string): string =>
  `${marks.map((mark) => JSON.stringify(mark)).join(" and ")} in ${name} (${total - present} of ${total} cells missing)`;

const orderOf = ({ reading: { order } }: InferredColumn): string =>
  ({ DMY: "day, month, year", MDY: "month, day, year", YMD: "year first" })[order ?? "YMD"];

/** The number format of a column in words; empty for the plain one. */
export function formatOf({ reading: { decimal, thousands, unit } }: InferredColumn): string {
  const separators = { ",": "commas", ".": "points", " ": "spaces", "'": "apostrophes" };
  return [
    ...(decimal ? ["decimal commas"] : []),
    ...(thousands ? [`${separators[thousands]} between thousands`] : []),
    ...(unit === undefined ? [] : [`the unit ${unit}`]),
  ].join(", ");
}
