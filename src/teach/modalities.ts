/** Chooses modalities of a data set. */

import { InputError } from "../base/errors.js";
import type { Dataset } from "../data/index.js";

/**
 * A data set with the named modalities only, and the rows that have one of them; the whole data set without names.
 *
 * @throws {InputError} teach/no-modality for a name that it does not have
 */
export function withModalities(data: Dataset, names: readonly string[] | undefined): Dataset {
  if (names === undefined) return data;
  const known = Object.keys(data.kinds);
  const other = names.find((name) => !known.includes(name));
  if (other !== undefined)
    throw new InputError({
      code: "teach/no-modality",
      where: data.name,
      problem: `it has no modality "${other}"`,
      expected: `some of ${known.join(", ")}`,
      remedy: "Correct the name, or leave the option out.",
    });
  const chosen = <Value>(of: Readonly<Record<string, Value>>): Record<string, Value> =>
    Object.fromEntries(Object.entries(of).filter(([name]) => names.includes(name)));
  const rows = data.rows.flatMap((row) => {
    const values = chosen(row.values);
    return Object.keys(values).length > 0 ? [{ ...row, values }] : [];
  });
  return { ...data, kinds: chosen(data.kinds), rows };
}
