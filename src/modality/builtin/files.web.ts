/** Files of the built-in encoders in a page: fetched from a folder on a server when they are first needed. */

import { InputError } from "../../base/errors.js";
import { fetched } from "../../base/fetched.web.js";
import { sha256 } from "../../base/sha256.js";
import { encoderFiles, type FoundFile, findFile, keepFile } from "./kept-files.web.js";

let folder: string | undefined;
let leftOut: readonly string[] = [];
let earlyFiles: readonly string[] = [];
let ofPage: (file: string) => Promise<FoundFile | undefined> = async () => undefined;

/** Set the URL of the folder `encoders`, the files of it that count as absent, and those that the page fetches early. */
export function setEncoderFolder(url: string, without: readonly string[], early: readonly string[]): void {
  folder = url;
  leftOut = without;
  earlyFiles = early;
}

/** Set what asks the page for a file that it fetches early; it resolves with undefined for a file that the page has not. */
export function setPageFiles(ask: typeof ofPage): void {
  ofPage = ask;
}

/** SHA-256 of a file of the built-in encoders, in hexadecimal; undefined if this build leaves it out. */
export const encoderDigest = (file: string): string | undefined =>
  leftOut.includes(file) ? undefined : encoderFiles[file]?.sha256;

/** Whether this build has a file of the built-in encoders. */
export const hasEncoder = (file: string): boolean => encoderDigest(file) !== undefined;

/**
 * Read a file of the built-in encoders: what the page fetches early, else the browser's of this origin, else the server's.
 *
 * @throws {InputError} if it cannot be fetched, or is another file
 */
export async function readEncoder(file: string): Promise<Uint8Array> {
  const url = new URL(file, folder).href;
  const isRight = async (bytes: Uint8Array<ArrayBuffer>) =>
    (await digestOf(bytes)) === encoderFiles[file].sha256;
  const early = earlyFiles.includes(file) ? await ofPage(file) : undefined;
  let { bytes, isKept } = early ?? (await unlessUnreachable(url, findFile(url, file)));
  if (isKept) {
    if (await isRight(bytes)) return bytes;
    bytes = await unlessUnreachable(url, fetched(url));
  }
  if (!(await isRight(bytes)))
    throw unusable("damaged", url, "its SHA-256 is not that of the file of this version");
  // Not awaited: the file is used meanwhile.
  void keepFile(url, file, bytes);
  return bytes;
}

/** SHA-256 of a file in hexadecimal: by the browser, which is faster, if the page is served over HTTPS. */
async function digestOf(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  if (!globalThis.isSecureContext) return sha256(bytes);
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

async function unlessUnreachable<Result>(url: string, found: Promise<Result>): Promise<Result> {
  try {
    return await found;
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
