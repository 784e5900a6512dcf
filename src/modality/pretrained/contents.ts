/** The bytes of media values, read once for hashing and decoding. */

import { concatenated, utf8Bytes } from "../../base/bytes.js";
import { Media } from "../modality.js";
import type { Contents } from "./types.js";

/** The bytes of a file, a Blob or a byte array; undefined for a value that is already decoded. */
export async function fileContents(value: unknown, where: string): Promise<Contents | undefined> {
  if (value instanceof Media) {
    const bytes = await value.read();
    return { bytes, value: bytes, where: `${where}, file ${value.name}` };
  }
  const bytes = value instanceof Blob ? new Uint8Array(await value.arrayBuffer()) : value;
  return bytes instanceof Uint8Array ? { bytes, value: bytes, where } : undefined;
}

/** The bytes of decoded values: a line `about` their shape, then the values. */
export function rawContents(
  value: unknown,
  where: string,
  about: string,
  arrays: readonly ArrayBufferView[],
): Contents {
  const parts = arrays.map(
    ({ buffer, byteOffset, byteLength }) => new Uint8Array(buffer, byteOffset, byteLength),
  );
  return { bytes: concatenated([utf8Bytes(`${about}\n`), ...parts]), value, where };
}
