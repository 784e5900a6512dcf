/** Joins files into examples: files with one stem (name up to the extension) and different kinds. */

import { kindOfPath } from "../kinds.js";
import { normalName } from "../names.js";

interface FileGroup {
  /** The name that the files share, up to the extension. */
  readonly stem: string;
  readonly files: readonly string[];
}

/** The name of a file up to the extension. */
export const stemOf = (file: string): string => file.replace(/\.[^./]*$/, "");

/**
 * Group files by example, in name order. Files with equal stems and different kinds are one example; if a stem has two files
 * of one kind (`fox.png`, `fox.jpg`), each of its files is an example.
 */
export function joinByStem(
  files: readonly string[],
  kindOf: (file: string) => string | undefined = kindOfPath,
): FileGroup[] {
  const byStem = new Map<string, string[]>();
  for (const file of files) {
    const key = normalName(stemOf(file));
    const own = byStem.get(key);
    if (own) own.push(file);
    else byStem.set(key, [file]);
  }
  const isOne = (own: readonly string[]) => new Set(own.map(kindOf)).size === own.length;
  return [...byStem.values()].flatMap((own) =>
    isOne(own)
      ? [{ stem: stemOf(own[0]), files: own }]
      : own.map((file) => ({ stem: stemOf(file), files: [file] })),
  );
}
