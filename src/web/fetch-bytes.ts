/** Fetches a file whole. */

import { InputError } from "../base/errors.js";

/** The bytes at a URL. @throws {InputError} `web/not-fetched` if the server has no such file, or cannot be reached */
export async function fetchBytes(url: string, signal?: AbortSignal): Promise<Uint8Array> {
  try {
    const response = await fetch(url, { signal });
    if (!response.ok) throw new Error(`the server replies with status ${response.status}`);
    return new Uint8Array(await response.arrayBuffer());
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
