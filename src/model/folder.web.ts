/** Model folders in a page: read from a server, and not written. */

import { InputError } from "../base/errors.js";
import { fetched } from "../base/fetched.web.js";
import type { Parts } from "./archive.js";

/** The files at the URL of a folder, each fetched when it is read. */
export async function partsAt(path: string): Promise<Parts> {
  return { path, read: (name, what) => readPart(path, name, what) };
}

async function readPart(folder: string, name: string, what: string): Promise<Uint8Array> {
  const url = `${folder.replace(/\/+$/, "")}/${name}`;
  try {
    return await fetched(url);
  } catch (error) {
    throw new InputError(
      {
        code: "model/missing-file",
        where: url,
        problem: `the file cannot be fetched (${(error as Error).message})`,
        expected: `${what} with ${name}`,
        remedy: "Check the URL, the connection, and the server's CORS headers.",
      },
      { cause: error },
    );
  }
}

/** Refuses: a page has no folders. */
export async function saveFolder(given: string, what: string, _files: object): Promise<void> {
  throw new InputError({
    code: "model/not-in-page",
    where: given,
    problem: `a page saves no ${what} folder`,
    expected: "a path on disk",
    remedy: "Save it in Node.",
  });
}
