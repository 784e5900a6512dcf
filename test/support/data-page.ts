/** The examples in the tables of docs/data.md, as files with their documented result. */

import { readFileSync } from "node:fs";
import { join } from "node:path";

/** Cells of a table row, keyed by column heading. */
type Row = Readonly<Record<string, string>>;

const page = readFileSync(join(import.meta.dirname, "../../docs/data.md"), "utf8");

/** Rows of all tables that have these columns. */
export function rowsWith(...columns: readonly string[]): Row[] {
  const rows: Row[] = [];
  let header: string[] | undefined;
  for (const line of page.split("\n")) {
    if (!line.startsWith("|")) header = undefined;
    else if (header === undefined) header = cellsOf(line);
    else if (!/^\|[\s:|-]+\|$/.test(line) && columns.every((name) => header?.includes(name))) {
      const cells = cellsOf(line);
      rows.push(Object.fromEntries(header.map((name, i) => [name, cells[i] ?? ""])));
    }
  }
  return rows;
}

const cellsOf = (line: string) =>
  line
    .slice(1, -1)
    .split("|")
    .map((cell) => cell.trim());

/** The code spans of a cell. */
export const codeIn = (cell: string): string[] => [...cell.matchAll(/`([^`]*)`/g)].map(([, code]) => code);

export interface PageExample {
  /** Contents per file, if the page shows them. */
  readonly files: ReadonlyMap<string, string | undefined>;
  /** The column given by `--label`. */
  readonly label?: string;
}

/** Parse the files and the flag of an example: `` `cat/1.txt`: `meow`, `dog/2.png` with `--label breed` ``. */
export function exampleOf(cell: string): PageExample {
  const files = new Map<string, string | undefined>();
  const [named, flags = ""] = cell.split(" with `--label ");
  for (const [, path, text] of named.matchAll(/`([^`]*)`(?:: `([^`]*)`)?/g))
    files.set(path, text?.replaceAll("⏎", "\n"));
  return { files, ...(flags && { label: flags.replace("`", "") }) };
}
