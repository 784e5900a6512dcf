/** Fetches a file that a page names. */

import { InputError } from "../base/errors.js";
import { fetched } from "../base/fetched.web.js";

/** The bytes at a URL. @throws {InputError} `web/not-fetched` if the server has no such file, or cannot be reached */
export async function fetchBytes(url: string, signal?: AbortSignal): Promise<Uint8Array> {
  try {
    return await fetched(url, signal);
  } catch (error) {
    signal?.throwIfAborted();
    throw new InputError(
      {
        code: "web/not-fetched",
        where: url,
        problem: `it cannot be fetched (${(error as Error).message})`,
        expected: "a file on a server that this page may read",
        remedy: "Check the URL, the connection, and the server's CORS headers.",
      },
      { cause: error },
    );
  }
}
