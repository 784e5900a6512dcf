/**
 * The folder of a comparison: `rows.jsonl` has a line that says what is compared, then one for each combination that
 * ended well, with its score in every episode. With it, what was stopped goes on where it was. `comparison.json` is the
 * table, `comparison.svg` its picture.
 */

import { appendFileSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { InputError } from "../base/errors.js";
import { comparisonPicture } from "./picture.js";
import type { Combination, Comparison, Found } from "./types.js";

/** A combination with what was found of it. */
export type Result = Combination & Found;

/** What rows must have in common to stand in one table. */
export interface Setting {
  /** Of recipe, data and test. */
  readonly digest: string;
  /** Seconds that each trains for; null for steps. */
  readonly trainSeconds: number | null;
}

const ROWS = "rows.jsonl";

/** What an earlier comparison left in `folder`; undefined where there is none. Throws an `InputError` for another's. */
export function readResults(
  folder: string,
  digest: string,
): { readonly setting: Setting; readonly results: readonly Result[] } | undefined {
  const path = join(folder, ROWS);
  if (!existsSync(path)) {
    if (existsSync(folder) && readdirSync(folder).length > 0)
      throw taken(folder, "it is there, and is no comparison");
    return undefined;
  }
  // A last line without an end was cut off while it was written.
  const lines = readFileSync(path, "utf8").split("\n").slice(0, -1);
  const [setting, ...results] = lines.map((line) => JSON.parse(line));
  if (setting?.digest !== digest)
    throw taken(folder, "the comparison there is of other data, recipe or test");
  return { setting, results };
}

/** Start the folder, with the results that it has already. */
export function startResults(folder: string, setting: Setting, results: readonly Result[]): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(
    join(folder, ROWS),
    [setting, ...results].map((line) => `${JSON.stringify(line)}\n`).join(""),
  );
}

export function appendResult(folder: string, result: Result): void {
  appendFileSync(join(folder, ROWS), `${JSON.stringify(result)}\n`);
}

/** Write the table and its picture as they are now. */
export function writeComparison(folder: string, comparison: Comparison): void {
  writeFileSync(join(folder, "comparison.json"), `${JSON.stringify(comparison, null, 2)}\n`);
  writeFileSync(join(folder, "comparison.svg"), comparisonPicture(comparison));
}

const taken = (folder: string, problem: string) =>
  new InputError({
    code: "compare/bad-out",
    where: `option out, ${folder}`,
    problem,
    expected: "a free path, or the folder of the same comparison, which then goes on",
    remedy: "Choose another, or remove the folder.",
  });
