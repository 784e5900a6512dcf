/**
 * Detects what the first line of a text table holds: column names; values, as in files of the UCI repository; or the numbers
 * of rows and columns and the class names, as in the files of scikit-learn.
 */

export type FirstLine =
  | { readonly holds: "names" }
  | { readonly holds: "values" }
  | { readonly holds: "classes"; readonly classes: readonly string[] };

type Cells = readonly string[];

const number = /^[-+]?(?:\d+(?:[.,]\d*)?|[.,]\d+)(?:e[-+]?\d+)?$/i;
const whole = /^\d+$/;

/** Usual column names, which are rarely values. */
const usualNames =
  /^(?:(?:.*[_ -])?(?:id|label|labels|class|target|text|name|names|image|file|filename|path|split|group|species|type|category|date|title)|unnamed: \d+)$/i;

/** The content of the first line of a table, given the rows below it. */
export function firstLineOf(first: Cells, rows: readonly Cells[]): FirstLine {
  const cells = first.map((cell) => cell.trim());
  const classes = classesIn(cells, rows);
  if (classes) return { holds: "classes", classes };
  return { holds: areValues(cells, rows) ? "values" : "names" };
}

/** The class names in a line such as `150,4,setosa,versicolor,virginica`. */
function classesIn([count, width, ...classes]: Cells, rows: readonly Cells[]): Cells | undefined {
  const isSizes = rows.length > 0 && Number(count) === rows.length && Number(width) === rows[0].length - 1;
  const areNames = classes.length > 1 && classes.every((name) => name !== "" && !number.test(name));
  return isSizes && areNames ? classes : undefined;
}

/**
 * Whether a line holds values: numbers that are not column names (with a fraction or a sign, repeated, or unordered), or words
 * that occur again in their column; and no usual column name.
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

/** Whether numbers strictly increase or decrease, as years and counters in column names do. */
const areInOrder = (numbers: readonly number[]): boolean =>
  [1, -1].some((sign) => numbers.every((value, i) => i === 0 || sign * (value - numbers[i - 1]) > 0));

function isMostlyNumbers(rows: readonly Cells[], column: number): boolean {
  const cells = rows.map((row) => row[column]?.trim() ?? "").filter((cell) => cell !== "");
  return cells.filter((cell) => number.test(cell)).length > cells.length / 2;
}
