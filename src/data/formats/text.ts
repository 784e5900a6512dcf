/** Decodes text: UTF-8 with or without a byte order mark, and where the caller allows it UTF-16 and Windows-1252. */

import { readFile } from "node:fs/promises";
import { TextDecoder } from "node:util";
import { InputError } from "../../base/errors.js";
import { bytesOfFile } from "../files/gzip.js";
import type { Notice } from "../notice.js";
import { encodingOf, mayBeWindows1252 } from "./encoding.js";

/** The text of a file that errors call `where`. */
export const readText = async (path: string, where = path): Promise<string> =>
  decodeText(await readFile(path), where);

/** UTF-8 bytes as text without a byte order mark; other bytes are an `InputError`. */
export function decodeText(bytes: Uint8Array, where: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (error) {
    throw badEncoding(where, error);
  }
}

type OnEncoding = (encoding: string, example: string) => void;

/** The text of a file in pieces, unpacked if its name ends in `.gz`, as {@link textOf} its bytes. */
export const textOfFile = (path: string, where: string, onEncoding?: OnEncoding): AsyncGenerator<string> =>
  textOf(bytesOfFile(path, where), where, onEncoding);

/**
 * The text of bytes, both in pieces. UTF-16 and Windows-1252 are decoded too, and told to `onEncoding` with the first line
 * that is not ASCII; other bytes are an `InputError`.
 */
export async function* textOf(
  pieces: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  where: string,
  onEncoding?: OnEncoding,
): AsyncGenerator<string> {
  let decoder: TextDecoder | undefined;
  let isAscii = true;
  // Bytes at the end of a piece that the decoder may hold back.
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
  const encoding = onEncoding ? encodingOf(head.subarray(0, 4096)) : "utf-8";
  if (encoding !== "utf-8") onEncoding?.(encoding.slice(0, 6).toUpperCase(), "");
  return new TextDecoder(encoding, { fatal: true });
}

/** The notice of a file that is not UTF-8 and was decoded. */
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
