/** Missing-value marks, as written by R, pandas, SQL, Excel, UCI and people. */

const always = ["", "N/A", "n/a", "#N/A", "#NA", "<NA>", "NaN", "nan", "-nan", "NAN", "null", "NULL", "?"];
const amongNumbers = ["NA", "na", "None", "none", "nil", "NIL", "-", "--", "---", "–", "—", ".", "..", "*"];
const words = [
  "missing",
  "Missing",
  "MISSING",
  "unknown",
  "Unknown",
  "UNKNOWN",
  "#NULL!",
  "#DIV/0!",
  "#VALUE!",
];

const inCategories = new Set([...always, "NA"]);
const inNumbers = new Set([...always, ...amongNumbers, ...words]);

/** Whether a text in a column of numbers or dates marks a missing cell. */
export const isNumberMark = (text: string): boolean => inNumbers.has(text.trim());

/**
 * Whether a text in a column of categories marks a missing cell. `None`, `unknown` and dashes are not marks there, since they
 * are often categories.
 */
export const isCategoryMark = (text: string): boolean => inCategories.has(text.trim());
