/** Decodes text files: UTF-8, or UTF-16 with a byte order mark. Errors name the format of other files. */

import { latin1 } from "../../base/bytes.js";
import { InputError } from "../../base/errors.js";

/** Number of bytes needed to detect text. */
export const headBytes = 4096;

/** Decode a text file; `where` is its name in errors. @throws {InputError} text/bad-encoding */
export function decodeTextFile(bytes: Uint8Array, where: string): string {
  const encoding = checkedEncoding(bytes, where);
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch (error) {
    throw badEncoding(where, `the file is not valid ${encoding.toUpperCase()}`, error);
  }
}

/** Check that the first bytes of a file may be text. @throws {InputError} text/bad-encoding */
export function checkTextHead(head: Uint8Array, where: string): void {
  checkedEncoding(head, where);
}

function checkedEncoding(bytes: Uint8Array, where: string): "utf-8" | "utf-16le" | "utf-16be" {
  const [a, b, c, d] = bytes;
  if (a === 0xff && b === 0xfe && !(c === 0 && d === 0)) return "utf-16le";
  if (a === 0xfe && b === 0xff) return "utf-16be";
  const head = bytes.subarray(0, headBytes);
  const zeros = [0, 1].map((odd) =>
    head.reduce((sum, byte, i) => sum + Number(byte === 0 && i % 2 === odd), 0),
  );
  const [even, odd] = zeros;
  if (even + odd === 0) return "utf-8";
  const known = kinds.find(([start]) => latin1(head).startsWith(start));
  if (known) throw badEncoding(where, `the file is ${known[1]}, not text`);
  const most = 0.4 * head.length;
  if (Math.max(even, odd) > most && Math.min(even, odd) < 0.05 * head.length)
    throw badEncoding(where, "the file is UTF-16 without a byte order mark");
  throw badEncoding(where, "the file is binary, not text");
}

const kinds: readonly (readonly [start: string, name: string])[] = [
  ["\x89PNG", "a PNG image"],
  ["\xff\xd8\xff", "a JPEG image"],
  ["PK\x03\x04", "a zip archive or an Office document"],
  ["%PDF", "a PDF"],
  ["\xd0\xcf\x11\xe0", "an Office document"],
  ["RIFF", "a sound or a video"],
  ["\x1f\x8b", "compressed by gzip"],
];

const badEncoding = (where: string, problem: string, cause?: unknown) =>
  new InputError(
    {
      code: "text/bad-encoding",
      where,
      problem,
      expected: "UTF-8 text, or UTF-16 with a byte order mark",
      remedy: "Save the file again as UTF-8.",
    },
    { cause },
  );
