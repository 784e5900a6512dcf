/** Finds installed npm packages that files are built from. */

import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import type { NpmPackage } from "./types.js";

/** The folder of a package; undefined if it is not installed in this version. */
export function folderOf({ name, version }: NpmPackage): string | undefined {
  const roots = createRequire(import.meta.url).resolve.paths(name) ?? [];
  return roots
    .map((root) => join(root, name))
    .find((folder) => {
      const card = join(folder, "package.json");
      return existsSync(card) && JSON.parse(readFileSync(card, "utf8")).version === version;
    });
}
