/** The folder of an export: when a path may be overwritten, and writing it whole. */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type FolderKind, type FolderPlace, folderPlace, type PlaceContext } from "../base/place.js";
import { writeFolder } from "../base/write.js";

/** The file that lists the others. */
export const MANIFEST = "export.json";
const FORMAT = "metamodal-export";

/** A folder with a manifest, and nothing but what it lists. */
const kind: FolderKind = {
  expected: "a free path, or a folder of an export to replace",
  contents(folder) {
    const files = filesIn(folder);
    const isOwn = (path: string) =>
      files?.some((file) => file === path || (path.endsWith("/") && file.startsWith(path)));
    return files && ((path) => path === MANIFEST || isOwn(path) === true);
  },
};

/** The files that the manifest of a folder lists; undefined if it has none that metamodal wrote. */
function filesIn(folder: string): readonly string[] | undefined {
  try {
    const { format, files } = JSON.parse(readFileSync(join(folder, MANIFEST), "utf8"));
    return format === FORMAT && Array.isArray(files) ? files.map(({ name }) => name) : undefined;
  } catch {
    return undefined;
  }
}

/** Resolve a path for an export. @throws {InputError} unless it is free or an export */
export const exportPlace = (given: string, context: PlaceContext): FolderPlace =>
  folderPlace(given, kind, context);

/** Write an export: its files, and the manifest that describes them. */
export function writeExport(
  given: string,
  files: Readonly<Record<string, string | Uint8Array>>,
  manifest: object,
): Promise<void> {
  const context = {
    code: "export/would-overwrite",
    where: given || 'exportOnnx, the option out ""',
    remedy: "Choose another path.",
  };
  const text = `${JSON.stringify({ format: FORMAT, version: 1, ...manifest }, null, 2)}\n`;
  return writeFolder(() => exportPlace(given, context), [...Object.entries(files), [MANIFEST, text]]);
}
