/** Which files are one example: those of one name up to the extension, each of another kind. */

import { kindOfPath } from "../kinds.js";
import { normalName } from "../names.js";

export interface Example {
  /** The name that its files share, up to the extension. */
  readonly stem: string;
  readonly files: readonly string[];
}

/** A file's name up to its extension. */
export const stemOf = (file: string): string => file.replace(/\.[^./]*$/, "");

/**
 * The examples of files in name order. Files share an example if their stems are equal and their kinds differ; where
 * a stem has two files of one kind (`fox.png`, `fox.jpg`), each of its files is an example.
 */
export function joinByStem(
  files: readonly string[],
  kindOf: (file: string) => string | undefined = kindOfPath,
): Example[] {
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
