/** Files of encoders that the page fetches while its worker starts, which takes as long as a file on a phone. */

import { type FoundFile, findFile } from "../modality/builtin/kept-files.web.js";
import type { CallContext } from "./connection.js";

/**
 * Fetch files of a folder at once. The handler that results hands each over once: the worker keeps what it opens. It has nothing
 * in place of others, and of a file that cannot be fetched, which the worker reports.
 */
export function fetchEarly(folder: string, names: readonly string[]) {
  const files = new Map(
    names.map((name) => [name, findFile(new URL(name, folder).href, name).catch(() => undefined)]),
  );
  return async (name: string, { transfer }: CallContext): Promise<FoundFile | undefined> => {
    const found = await files.get(name);
    files.delete(name);
    if (found) transfer(found.bytes.buffer);
    return found;
  };
}
