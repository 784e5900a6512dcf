/** Detects the encoding of a text file: UTF-8, UTF-16 with or without a byte order mark, or Windows-1252. */

/** The encoding by the first bytes of a file, UTF-8 by default. UTF-16 without a byte order mark shows in its zeros. */
export function tableEncoding(head: Uint8Array): "utf-8" | "utf-16le" | "utf-16be" {
  if (head[0] === 0xff && head[1] === 0xfe) return "utf-16le";
  if (head[0] === 0xfe && head[1] === 0xff) return "utf-16be";
  const zeros = [0, 0];
  for (const [i, byte] of head.entries()) if (byte === 0) zeros[i % 2]++;
  const pairs = head.length / 2;
  const isMostly = (side: 0 | 1) => pairs >= 2 && zeros[side] > 0.4 * pairs && zeros[1 - side] < 0.05 * pairs;
  if (isMostly(1)) return "utf-16le";
  return isMostly(0) ? "utf-16be" : "utf-8";
}

/** Bytes undefined in Windows-1252. */
const undefinedBytes = new Set([0x81, 0x8d, 0x8f, 0x90, 0x9d]);

/** Largest ratio of non-ASCII bytes to ASCII letters; text of another alphabet in an 8-bit encoding has more. */
const MOST_ACCENTS = 0.3;

/** Whether bytes that are not UTF-8 may be Western European text in Windows-1252. */
export function mayBeWindows1252(bytes: Uint8Array): boolean {
  let [letters, accents] = [0, 0];
  for (const [i, byte] of bytes.entries()) {
    // A UTF-8 sequence: the file mixes two encodings.
    if (byte >= 0xc2 && byte <= 0xdf && bytes[i + 1] >= 0x80 && bytes[i + 1] <= 0xbf) return false;
    if (undefinedBytes.has(byte) || byte < 9) return false;
    if (byte >= 0x80) accents++;
    else if ((byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x7a) letters++;
  }
  return accents <= MOST_ACCENTS * letters;
}
