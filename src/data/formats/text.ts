/** Decodes text: UTF-8 with or without a byte order mark, and, if the caller allows it, UTF-16 and Windows-1252. */

import { readFile } from "node:fs/promises";
import { TextDecoder } from "node:util";
import { InputError } from "../../base/errors.js";
import { checkRegular } from "../../base/regular.js";
import { bytesOfFile } from "../files/gzip.js";
import type { Notice } from "../notice.js";
import { mayBeWindows1252, tableEncoding } from "./encoding.js";

/** The text of a UTF-8 file; `where` is its name in errors. */
export async function readText(path: string, where = path): Promise<string> {
  checkRegular(path, where);
  return decodeText(await readFile(path), where);
}

/** Decode UTF-8, without a byte order mark. @throws {InputError} data/bad-encoding */
export function decodeText(bytes: Uint8Array, where: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (error) {
    throw badEncoding(where, error);
  }
}

type OnEncoding = (encoding: string, example: string) => void;

/** The text of a file in chunks, unpacked if its name ends in `.gz`; see {@link textOf}. */
export const textOfFile = (path: string, where: string, onEncoding?: OnEncoding): AsyncGenerator<string> =>
  textOf(bytesOfFile(path, where), where, onEncoding);

/**
 * Decode chunks of bytes. With `onEncoding`, UTF-16 and Windows-1252 are decoded as well; it is called with the encoding and
 * the first line that is not ASCII. @throws {InputError} data/bad-encoding
 */
export async function* textOf(
  pieces: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  where: string,
  onEncoding?: OnEncoding,
): AsyncGenerator<string> {
  let decoder: TextDecoder | undefined;
  let isAscii = true;
  // Bytes at the end of a chunk that the decoder may hold back.
  let held = new Uint8Array();
  const decode = (bytes: Uint8Array, stream: boolean): string => {
    decoder ??= decoderFor(bytes, onEncoding);
    try {
      const text = decoder.decode(bytes, { stream });
      if (decoder.encoding === "utf-8") {
        isAscii &&= /^[\0-\x7f]*$/.test(text);
        held = bytes.slice(-3).filter((byte) => byte >= 0x80);
      }
      return text;
    } catch (error) {
      const rest = Uint8Array.from([...held, ...(bytes.length > 0 && held.length > 0 ? bytes : [])]);
      const other = held.length > 0 ? rest : bytes;
      if (!onEncoding || decoder.encoding !== "utf-8" || !isAscii || !mayBeWindows1252(other))
        throw badEncoding(where, error);
      decoder = new TextDecoder("windows-1252");
      const text = decoder.decode(other, { stream });
      onEncoding("Windows-1252", /[^\r\n]*[^\0-\x7f][^\r\n]*/.exec(text)?.[0].trim() ?? "");
      return text;
    }
  };
  for await (const bytes of pieces) yield decode(bytes, true);
  yield decode(new Uint8Array(), false);
}

function decoderFor(head: Uint8Array, onEncoding?: OnEncoding): TextDecoder {
  const encoding = onEncoding ? tableEncoding(head.subarray(0, 4096)) : "utf-8";
  if (encoding !== "utf-8") onEncoding?.(encoding.slice(0, 6).toUpperCase(), "");
  return new TextDecoder(encoding, { fatal: true });
}

/** The notice of a file in another encoding than UTF-8. */
export const encodingNotice = (where: string, encoding: string, example: string): Notice => ({
  code: "file/encoding",
  where,
  text: `read as ${encoding}, since it is not UTF-8${example ? `: "${example.slice(0, 60)}"` : ""}`,
  ...(encoding === "Windows-1252" && { suspect: true }),
});

const badEncoding = (where: string, cause: unknown) =>
  new InputError(
    {
      code: "data/bad-encoding",
      where,
      problem: "the file is not valid UTF-8",
      expected: "UTF-8 text",
      remedy: "Save the file again as UTF-8.",
    },
    { cause },
  );
