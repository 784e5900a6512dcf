/** Marks that stand for a missing cell, as R, pandas, SQL, Excel, UCI and people write them. */

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

/** Whether a cell among numbers or dates says that it is missing. */
export const isNumberMark = (text: string): boolean => inNumbers.has(text.trim());

/**
 * Whether a cell among categories says that it is missing. `None`, `unknown` and a dash are often categories of their
 * own, and so they stay.
 */
export const isCategoryMark = (text: string): boolean => inCategories.has(text.trim());
