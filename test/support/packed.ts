/** The same files as a folder, tar, compressed tar and zip. */

import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { zipSync } from "fflate";
import { gzip, tar } from "../../src/data/import/write.js";
import type { Files } from "./folders.js";

export const packings = ["folder", "tar", "tar.gz", "tgz", "zip"] as const;
export type Packing = (typeof packings)[number];

const bytesOf = (content: string | Uint8Array): Uint8Array =>
  typeof content === "string" ? new TextEncoder().encode(content) : content;

/** Encode files as an archive with the given extension. */
export function pack(files: Files, packing: Exclude<Packing, "folder">): Uint8Array {
  const all = Object.entries(files).map(([name, content]) => [name, bytesOf(content)] as const);
  if (packing === "zip") return zipSync(Object.fromEntries(all));
  return packing === "tar" ? tar(all) : gzip(tar(all));
}

/** Write files as a folder or as an archive of one. Returns its path. */
export function packed(folder: (files: Files) => string, files: Files, packing: Packing): string {
  if (packing === "folder") return folder(files);
  const at = folder({});
  mkdirSync(at, { recursive: true });
  const path = join(at, `set.${packing}`);
  writeFileSync(path, pack(files, packing));
  return path;
}
