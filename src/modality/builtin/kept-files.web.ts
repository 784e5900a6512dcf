/** Files of encoders in a page: kept in the browser's cache storage of this origin by URL and SHA-256, else from the server. */

import manifest from "../../../encoders/manifest.json" with { type: "json" };
import { fetched } from "../../base/fetched.web.js";

/** Size and digest of the files of encoders. */
export const encoderFiles: Readonly<Record<string, { readonly bytes: number; readonly sha256: string }>> =
  manifest;

/** A file, and whether it is the browser's: another one than the server's if it is damaged. */
export interface FoundFile {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly isKept: boolean;
}

/** Find a file that has a URL, kept or on the server. Throws if it cannot be fetched. */
export async function findFile(url: string, file: string): Promise<FoundFile> {
  const response = await (await openCache())?.match(keyOf(url, file));
  if (response) return { bytes: new Uint8Array(await response.arrayBuffer()), isKept: true };
  return { bytes: await fetched(url), isKept: false };
}

/** Keep a file. Without room it is fetched again the next time. */
export async function keepFile(url: string, file: string, bytes: Uint8Array<ArrayBuffer>): Promise<void> {
  await (await openCache())?.put(keyOf(url, file), new Response(bytes)).catch(() => {});
}

const CACHE = "metamodal-encoders";
const keyOf = (url: string, file: string) => `${url}?sha256=${encoderFiles[file].sha256}`;

/** The cache of this origin; undefined if the page has none: it is not served over HTTPS, or keeps nothing. */
async function openCache(): Promise<Cache | undefined> {
  try {
    return await caches.open(CACHE);
  } catch {
    return undefined;
  }
}
