/** Temporary data folders, removed after the test file. */

import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll } from "vitest";

export type Files = Readonly<Record<string, string | Uint8Array>>;

/** Create a function that writes files into a new folder and returns its path. */
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

/** Create symbolic links in a folder: target per path inside. Returns the path of the folder. */
export function withLinks(path: string, links: Readonly<Record<string, string>>): string {
  for (const [name, target] of Object.entries(links)) {
    mkdirSync(dirname(join(path, name)), { recursive: true });
    symlinkSync(target, join(path, name));
  }
  return path;
}

/** Rows as JSON Lines. */
export const jsonl = (...rows: unknown[]): string => rows.map((row) => `${JSON.stringify(row)}\n`).join("");
