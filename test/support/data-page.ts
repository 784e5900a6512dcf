/** The examples of docs/data.md: rows of its tables as files, and what the page says that they give. */

import { readFileSync } from "node:fs";
import { join } from "node:path";

/** A row of a table by its column's heading. */
type Row = Readonly<Record<string, string>>;

const page = readFileSync(join(import.meta.dirname, "../../docs/data.md"), "utf8");

/** The rows of every table of the page that has these columns. */
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

/** The parts of a cell that are set as code. */
export const codeIn = (cell: string): string[] => [...cell.matchAll(/`([^`]*)`/g)].map(([, code]) => code);

export interface PageExample {
  /** The text of each file, where the page has it. */
  readonly files: ReadonlyMap<string, string | undefined>;
  /** The column that `--label` names. */
  readonly label?: string;
}

/** The files and the flag of an example: `` `cat/1.txt`: `meow`, `dog/2.png` with `--label breed` ``. */
export function exampleOf(cell: string): PageExample {
  const files = new Map<string, string | undefined>();
  const [named, flags = ""] = cell.split(" with `--label ");
  for (const [, path, text] of named.matchAll(/`([^`]*)`(?:: `([^`]*)`)?/g))
    files.set(path, text?.replaceAll("⏎", "\n"));
  return { files, ...(flags && { label: flags.replace("`", "") }) };
}
