/** `manifest.json` of the folder `encoders`: size, SHA-256, licence and source of each file. */

import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { EncoderSource, ManifestEntry } from "./types.js";

export type Manifest = Readonly<Record<string, ManifestEntry>>;

/** The entries of the files of a source. */
export function entriesOf(source: EncoderSource, files: Readonly<Record<string, Uint8Array>>): Manifest {
  const { name, licence, origin, package: from } = source;
  return Object.fromEntries(
    Object.entries(files).map(([file, bytes]) => [
      file,
      {
        bytes: bytes.length,
        sha256: createHash("sha256").update(bytes).digest("hex"),
        licence,
        source: from ? `${from.name}@${from.version}` : (origin ?? "metamodal"),
        rebuild: `npm run encoders -- ${name}`,
      },
    ]),
  );
}

const fileIn = (folder: string) => join(folder, "manifest.json");

/** Read the manifest of a folder; empty if there is none. */
export const readManifest = (folder: string): Manifest =>
  existsSync(fileIn(folder)) ? JSON.parse(readFileSync(fileIn(folder), "utf8")) : {};

/** Write entries to the manifest of a folder, in the order of the names; those of other files are kept. */
export function updateManifest(folder: string, entries: Manifest): void {
  const all = Object.entries({ ...readManifest(folder), ...entries }).sort(([a], [b]) => (a < b ? -1 : 1));
  writeFileSync(fileIn(folder), `${JSON.stringify(Object.fromEntries(all), null, 2)}\n`);
}
