/** The bytes of media values, read once: what is hashed and what is decoded. */

import { Media } from "../modality.js";
import type { Contents } from "./types.js";

/** The bytes of a file or of bytes given; undefined for a value that is already decoded. */
export async function fileContents(value: unknown, where: string): Promise<Contents | undefined> {
  if (value instanceof Media) {
    const bytes = await value.read();
    return { bytes, value: bytes, where: `${where}, file ${value.name}` };
  }
  const bytes = value instanceof Blob ? new Uint8Array(await value.arrayBuffer()) : value;
  return bytes instanceof Uint8Array ? { bytes, value: bytes, where } : undefined;
}

/** Decoded values as bytes: a line that says what they are, and the values. */
export function rawContents(
  value: unknown,
  where: string,
  about: string,
  arrays: readonly ArrayBufferView[],
): Contents {
  const parts = arrays.map(
    ({ buffer, byteOffset, byteLength }) => new Uint8Array(buffer, byteOffset, byteLength),
  );
  return { bytes: Buffer.concat([Buffer.from(`${about}\n`), ...parts]), value, where };
}
