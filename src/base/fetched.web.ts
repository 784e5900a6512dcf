/** Fetches a file whole. */

/** The bytes at a URL. Throws if it cannot be fetched, in words for the callers' own errors. */
export async function fetched(url: string, signal?: AbortSignal): Promise<Uint8Array<ArrayBuffer>> {
  const response = await fetch(url, { signal });
  if (!response.ok) throw new Error(`the server replies with status ${response.status}`);
  return new Uint8Array(await response.arrayBuffer());
}
