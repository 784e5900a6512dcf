/** SHA-256 in hexadecimal. */

import { createHash } from "node:crypto";

/** The SHA-256 of bytes, and of a text's UTF-8, one after another, in hexadecimal. */
export function sha256(...parts: readonly (Uint8Array | string)[]): string {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(part);
  return hash.digest("hex");
}
