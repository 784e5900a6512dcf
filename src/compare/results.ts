/**
 * The folder of a comparison. The first line of `rows.jsonl` identifies the comparison; each other line is a combination
 * that succeeded, with its score in every episode. An interrupted comparison is resumed from it. `comparison.json` is the
 * table, `comparison.svg` its picture.
 */

import { appendFileSync, existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { InputError } from "../base/errors.js";
import { type FolderKind, folderPlace } from "../base/place.js";
import { writeWhole } from "../base/write.js";
import { comparisonPicture } from "./picture.js";
import type { Combination, Comparison, TrialResult } from "./types.js";

/** A combination with its measurements. */
export type Result = Combination & TrialResult;

/** What the rows of a table must have in common. */
export interface Setting {
  /** Digest of recipe, data and test. */
  readonly digest: string;
  /** Training seconds per combination; null if the recipe gives steps. */
  readonly trainSeconds: number | null;
}

const ROWS = "rows.jsonl";
const TABLE = "comparison.json";
const PICTURE = "comparison.svg";

const EXPECTED = "a free path, or the folder of the same comparison, which is then continued";

const comparisonFolder: FolderKind = {
  expected: EXPECTED,
  otherKind: "it exists, and is not a comparison",
  contents: (folder) => settingIn(folder) && ((path) => [ROWS, TABLE, PICTURE].includes(path)),
};

/** Resolve a path for a comparison. Throws an `InputError` unless it is free, or holds a comparison and nothing else. */
export const comparisonPlace = (given: string): string =>
  folderPlace(given, comparisonFolder, contextOf(given)).path;

/** The setting of the comparison in `folder`; undefined if there is none. */
function settingIn(folder: string): Setting | undefined {
  try {
    const setting = JSON.parse(readFileSync(join(folder, ROWS), "utf8").split("\n", 1)[0]);
    return typeof setting?.digest === "string" ? setting : undefined;
  } catch {
    return undefined;
  }
}

/**
 * The results of an earlier comparison in `folder`, which messages call `shown`; undefined if there are none. Throws an
 * `InputError` if they are of another comparison.
 */
export function readResults(
  folder: string,
  digest: string,
  shown = folder,
): { readonly setting: Setting; readonly results: readonly Result[] } | undefined {
  const path = join(folder, ROWS);
  if (!existsSync(path)) return undefined;
  // A last line without a line end was interrupted while it was written.
  const lines = readFileSync(path, "utf8").split("\n").slice(0, -1);
  const [setting, ...results] = lines.map((line) => JSON.parse(line));
  if (setting?.digest !== digest) throw taken(shown, "the comparison there is of other data, recipe or test");
  return { setting, results };
}

/** Start the folder, keeping the results that it has already. */
export const startResults = (folder: string, setting: Setting, results: readonly Result[]): Promise<void> =>
  writeWhole(join(folder, ROWS), [setting, ...results].map((line) => `${JSON.stringify(line)}\n`).join(""));

export function appendResult(folder: string, result: Result): void {
  appendFileSync(join(folder, ROWS), `${JSON.stringify(result)}\n`);
}

/** Write the table and its picture as they are now. */
export async function writeComparison(folder: string, comparison: Comparison): Promise<void> {
  await writeWhole(join(folder, TABLE), `${JSON.stringify(comparison, null, 2)}\n`);
  await writeWhole(join(folder, PICTURE), comparisonPicture(comparison));
}

const taken = (folder: string, problem: string) =>
  new InputError({ ...contextOf(folder), problem, expected: EXPECTED });

const contextOf = (folder: string) => ({
  code: "compare/bad-out",
  where: `option out, ${folder || '""'}`,
  remedy: "Choose another, or remove the folder.",
});
