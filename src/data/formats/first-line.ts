/**
 * Tells what the first line of a table of text holds: the names of its columns; values, as in files of the UCI
 * repository; or, as scikit-learn writes its data, the numbers of rows and columns and the names of classes.
 */

export type FirstLine =
  | { readonly holds: "names" }
  | { readonly holds: "values" }
  | { readonly holds: "classes"; readonly classes: readonly string[] };

type Cells = readonly string[];

const number = /^[-+]?(?:\d+(?:[.,]\d*)?|[.,]\d+)(?:e[-+]?\d+)?$/i;
const whole = /^\d+$/;

/** Names that columns often have, and values seldom. */
const usualNames =
  /^(?:(?:.*[_ -])?(?:id|label|labels|class|target|text|name|names|image|file|filename|path|split|group|species|type|category|date|title)|unnamed: \d+)$/i;

/** What the first line of a table holds, by the rows below it. */
export function firstLineOf(first: Cells, rows: readonly Cells[]): FirstLine {
  const cells = first.map((cell) => cell.trim());
  const classes = classesIn(cells, rows);
  if (classes) return { holds: "classes", classes };
  return { holds: areValues(cells, rows) ? "values" : "names" };
}

/** The names of classes in a line such as `150,4,setosa,versicolor,virginica`. */
function classesIn([count, width, ...classes]: Cells, rows: readonly Cells[]): Cells | undefined {
  const isSizes = rows.length > 0 && Number(count) === rows.length && Number(width) === rows[0].length - 1;
  const areNames = classes.length > 1 && classes.every((name) => name !== "" && !number.test(name));
  return isSizes && areNames ? classes : undefined;
}

/**
 * Whether a line holds values: numbers that name no columns (with a fraction or a sign, twice, or in no order), or words
 * that stand in their column again; and no name that columns often have.
 */
function areValues(cells: Cells, rows: readonly Cells[]): boolean {
  if (rows.length === 0 || cells.length < 2 || cells.some((cell) => usualNames.test(cell))) return false;
  const numbers = cells.filter((cell) => number.test(cell));
  const words = cells.flatMap((cell, i) => (cell !== "" && !number.test(cell) ? [{ cell, i }] : []));
  const isAgain = ({ cell, i }: { cell: string; i: number }) =>
    rows.filter((row) => row[i]?.trim() === cell).length > 1;
  if (words.length === cells.length) return words.filter(isAgain).length >= Math.min(2, words.length - 1);
  if (!cells.every((cell, i) => !number.test(cell) || isMostlyNumbers(rows, i))) return false;
  if (words.length > 0 && words.every(isAgain)) return true;
  const areDistinct = new Set(numbers).size === numbers.length && numbers.every((cell) => whole.test(cell));
  return !areDistinct || (words.length === 0 && !areInOrder(numbers.map(Number)));
}

/** Whether numbers only rise or only fall, as years and counters in names of columns do. */
const areInOrder = (numbers: readonly number[]): boolean =>
  [1, -1].some((sign) => numbers.every((value, i) => i === 0 || sign * (value - numbers[i - 1]) > 0));

function isMostlyNumbers(rows: readonly Cells[], column: number): boolean {
  const cells = rows.map((row) => row[column]?.trim() ?? "").filter((cell) => cell !== "");
  return cells.filter((cell) => number.test(cell)).length > cells.length / 2;
}
