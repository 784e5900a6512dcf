/**
 * Files of the built-in encoders: the folder `encoders` of the package and its `manifest.json`, which states the SHA-256 of
 * each file. A build may leave files out: the encoders that need them are then left out.
 */

import { existsSync, readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { z } from "zod";
import { InputError, invariant } from "../../base/errors.js";
import { sha256 } from "../../base/sha256.js";

const MANIFEST = "manifest.json";

const schema = z.record(z.string(), z.object({ bytes: z.int(), sha256: z.string().regex(/^[0-9a-f]{64}$/) }));
/** Size and digest of each file that is there. */
type Manifest = z.output<typeof schema>;

let manifest: { readonly folder: string; readonly files: Manifest } | undefined;

/** Find the folder above this module, which is in `src`, in `dist/src` or in `dist/bundle`. */
function opened() {
  if (manifest) return manifest;
  let above = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(above, "encoders", MANIFEST))) {
    invariant(above !== dirname(above), `the folder encoders is missing above ${import.meta.url}`);
    above = dirname(above);
  }
  const folder = join(above, "encoders");
  const stated = schema.parse(JSON.parse(readFileSync(join(folder, MANIFEST), "utf8")));
  const files = Object.fromEntries(Object.entries(stated).filter(([name]) => existsSync(join(folder, name))));
  manifest = { folder, files };
  return manifest;
}

/** SHA-256 of a file of the built-in encoders, in hexadecimal; undefined if this build leaves it out. */
export const encoderDigest = (file: string): string | undefined => opened().files[file]?.sha256;

/** Whether a file of the built-in encoders is there. */
export const hasEncoder = (file: string): boolean => encoderDigest(file) !== undefined;

/** The files that state what the built-in encoders take and whose work they are, by their paths in the folder of encoders. */
export async function readEncoderNotes(): Promise<Record<string, string>> {
  const { folder } = opened();
  const names = ["README.md", "NOTICE"].filter((name) => existsSync(join(folder, name)));
  return Object.fromEntries(
    await Promise.all(names.map(async (name) => [name, await readFile(join(folder, name), "utf8")])),
  );
}

/** Read a file of the built-in encoders. @throws {InputError} if it is missing or damaged */
export async function readEncoder(file: string): Promise<Uint8Array> {
  const { folder, files } = opened();
  const path = join(folder, file);
  const bytes = files[file] && (await readFile(path).catch(() => undefined));
  if (!bytes) throw unusable("missing", path, "the file is missing");
  if (sha256(bytes) !== files[file].sha256)
    throw unusable("damaged", path, "its SHA-256 is not that of manifest.json");
  return bytes;
}

const unusable = (code: string, where: string, problem: string) =>
  new InputError({
    code: `builtin/${code}`,
    where,
    problem,
    expected: "the file of a built-in encoder, as it was published",
    remedy: "Install metamodal again, or choose another encoder.",
  });
