/** Files of the built-in encoders in a page: fetched from a folder on a server when they are first needed. */

import manifest from "../../../encoders/manifest.json" with { type: "json" };
import { InputError } from "../../base/errors.js";
import { fetched } from "../../base/fetched.web.js";
import { sha256 } from "../../base/sha256.js";

const files: Readonly<Record<string, { readonly bytes: number; readonly sha256: string }>> = manifest;
let folder: string | undefined;
let leftOut: readonly string[] = [];

/** Set the URL of the folder `encoders`, and the files of it that count as absent. */
export function setEncoderFolder(url: string, without: readonly string[]): void {
  folder = url.endsWith("/") ? url : `${url}/`;
  leftOut = without;
}

/** SHA-256 of a file of the built-in encoders, in hexadecimal; undefined if this build leaves it out. */
export const encoderDigest = (file: string): string | undefined =>
  leftOut.includes(file) ? undefined : files[file]?.sha256;

/** Whether this build has a file of the built-in encoders. */
export const hasEncoder = (file: string): boolean => encoderDigest(file) !== undefined;

/**
 * Read a file of the built-in encoders: from the browser's cache of this origin, else from the server.
 *
 * @throws {InputError} if it cannot be fetched, or is another file
 */
export async function readEncoder(file: string): Promise<Uint8Array> {
  const url = new URL(file, folder).href;
  const cache = await openCache();
  const key = `${url}?sha256=${files[file].sha256}`;
  const kept = await cache?.match(key);
  if (kept) {
    const bytes = new Uint8Array(await kept.arrayBuffer());
    if ((await digestOf(bytes)) === files[file].sha256) return bytes;
  }
  const bytes = await download(url);
  if ((await digestOf(bytes)) !== files[file].sha256)
    throw unusable("damaged", url, "its SHA-256 is not that of the file of this version");
  // Without room it is fetched again the next time.
  await cache?.put(key, new Response(bytes)).catch(() => {});
  return bytes;
}

/** SHA-256 of a file in hexadecimal: by the browser, which is faster, if the page is served over HTTPS. */
async function digestOf(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  if (!globalThis.isSecureContext) return sha256(bytes);
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

const CACHE = "metamodal-encoders";

/** The cache of this origin; undefined if the page has none: it is not served over HTTPS, or keeps nothing. */
async function openCache(): Promise<Cache | undefined> {
  try {
    return await caches.open(CACHE);
  } catch {
    return undefined;
  }
}

async function download(url: string): Promise<Uint8Array<ArrayBuffer>> {
  try {
    return await fetched(url);
  } catch (error) {
    throw unusable("missing", url, `it cannot be fetched (${(error as Error).message})`);
  }
}

const unusable = (code: string, where: string, problem: string) =>
  new InputError({
    code: `builtin/${code}`,
    where,
    problem,
    expected: "the file of a built-in encoder, as this version of metamodal publishes it",
    remedy: "Serve the folder `encoders` of the package, and name its URL in the option `encoders`.",
  });
