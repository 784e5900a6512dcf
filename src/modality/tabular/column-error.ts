/** The error of a column whose cells do not fit its reading, or fit two readings. */

import { InputError } from "../../base/errors.js";
import { shown } from "../modality.js";
import type { InferredColumn } from "./infer.js";

/** The error of a column with cells that do not fit or with two readings; undefined if there is none. */
export function columnError(
  name: string,
  { reading, odd, ambiguous, present }: InferredColumn,
): InputError | undefined {
  if (ambiguous) {
    const { example, either, or } = ambiguous;
    const stated = reading.type === "date" ? `"order": "DMY" (or "MDY")` : `"decimal": "." (or ",")`;
    return new InputError({
      code: "tabular/ambiguous-column",
      where: `${example.where}, field "${name}"`,
      problem: `the cell ${shown(example.cell)} may be ${either} or ${or}, and no cell of the column settles it`,
      expected: `how the column is written, in dataset.json: "columns": [{ "name": ${JSON.stringify(name)}, ${stated} }]`,
      remedy: 'Declare it, or "type": "category" if each value is a category.',
    });
  }
  if (odd.length === 0) return undefined;
  const listed = odd.slice(0, mostListed).map(({ cell, where }) => `${where} ${shown(cell)}`);
  const more = odd.length > mostListed ? ` and ${odd.length - mostListed} more` : "";
  const what = reading.type === "date" ? "dates" : "numbers";
  return new InputError({
    code: "tabular/not-a-number",
    where: `${odd[0].where}, field "${name}"`,
    problem: `the cell "${name}" is ${shown(odd[0].cell)}, and the column holds ${what}${odd.length > 1 ? ` (others: ${listed.slice(1).join(", ")}${more})` : ""}`,
    expected: `finite ${what}${present > 0 ? " as in the other cells" : ""}, or cells that are empty or NA`,
    remedy: `Correct ${odd.length > 1 ? "the cells" : "the cell"}, or declare in dataset.json "columns": [{ "name": ${JSON.stringify(name)}, "missing": [${JSON.stringify(String(odd[0].cell))}] }] for a missing cell, or "type": "category" there for categories.`,
  });
}

const mostListed = 20;
