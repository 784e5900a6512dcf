/** The same files as a folder, a tar, a compressed tar and a zip. */

import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { zipSync } from "fflate";
import { gzip, tar } from "../../src/data/import/write.js";
import type { Files } from "./folders.js";

export const packings = ["folder", "tar", "tar.gz", "tgz", "zip"] as const;
export type Packing = (typeof packings)[number];

const bytesOf = (content: string | Uint8Array): Uint8Array =>
  typeof content === "string" ? new TextEncoder().encode(content) : content;

/** The archive of files by its ending. */
export function pack(files: Files, packing: Exclude<Packing, "folder">): Uint8Array {
  const all = Object.entries(files).map(([name, content]) => [name, bytesOf(content)] as const);
  if (packing === "zip") return zipSync(Object.fromEntries(all));
  return packing === "tar" ? tar(all) : gzip(tar(all));
}

/** Write files as a folder or as an archive of one; the path of it. */
export function packed(folder: (files: Files) => string, files: Files, packing: Packing): string {
  if (packing === "folder") return folder(files);
  const at = folder({});
  mkdirSync(at, { recursive: true });
  const path = join(at, `set.${packing}`);
  writeFileSync(path, pack(files, packing));
  return path;
}
