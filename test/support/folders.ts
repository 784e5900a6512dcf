/** Data folders that a test writes, removed after its file. */

import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll } from "vitest";

export type Files = Readonly<Record<string, string | Uint8Array>>;

/** A function that writes files into a new folder and gives its path. */
export function folders(): (files: Files) => string {
  const root = mkdtempSync(join(tmpdir(), "metamodal-folders-"));
  afterAll(() => rmSync(root, { recursive: true }));
  let count = 0;
  return (files) => {
    const path = join(root, `set-${count++}`);
    mkdirSync(path);
    for (const [name, content] of Object.entries(files)) {
      mkdirSync(dirname(join(path, name)), { recursive: true });
      writeFileSync(join(path, name), content);
    }
    return path;
  };
}

/** Make links in a folder: where each leads, by its path inside. Gives the folder's path. */
export function withLinks(path: string, links: Readonly<Record<string, string>>): string {
  for (const [name, target] of Object.entries(links)) {
    mkdirSync(dirname(join(path, name)), { recursive: true });
    symlinkSync(target, join(path, name));
  }
  return path;
}

/** Rows as text with one JSON object a line. */
export const jsonl = (...rows: unknown[]): string => rows.map((row) => `${JSON.stringify(row)}\n`).join("");
