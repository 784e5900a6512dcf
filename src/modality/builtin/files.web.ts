/** Files of the built-in encoders in a page: fetched from a folder on a server when they are first needed. */

import manifest from "../../../encoders/manifest.json" with { type: "json" };
import { InputError } from "../../base/errors.js";
import { sha256 } from "../../base/sha256.js";

const files: Readonly<Record<string, { readonly bytes: number; readonly sha256: string }>> = manifest;
let folder: string | undefined;

/** Set the URL of the folder `encoders`. */
export function setEncoderFolder(url: string): void {
  folder = url.endsWith("/") ? url : `${url}/`;
}

/** SHA-256 of a file of the built-in encoders, in hexadecimal; undefined if this build leaves it out. */
export const encoderDigest = (file: string): string | undefined => files[file]?.sha256;

/** Read a file of the built-in encoders. @throws {InputError} if it cannot be fetched, or is another file */
export async function readEncoder(file: string): Promise<Uint8Array> {
  const url = new URL(file, folder).href;
  const response = await fetch(url).catch((error: Error) => error);
  if (response instanceof Error) throw unusable("missing", url, `it cannot be fetched (${response.message})`);
  if (!response.ok) throw unusable("missing", url, `the server replies with status ${response.status}`);
  const bytes = await response.arrayBuffer().catch((error: Error) => error);
  if (bytes instanceof Error) throw unusable("missing", url, `the transfer ends early (${bytes.message})`);
  const found = new Uint8Array(bytes);
  if (sha256(found) !== files[file].sha256)
    throw unusable("damaged", url, "its SHA-256 is not that of the file of this version");
  return found;
}

const unusable = (code: string, where: string, problem: string) =>
  new InputError({
    code: `builtin/${code}`,
    where,
    problem,
    expected: "the file of a built-in encoder, as this version of metamodal publishes it",
    remedy: "Serve the folder `encoders` of the package, and name its URL in the option `encoders`.",
  });
