/** Reads text and JSON of a user: UTF-8 with or without a byte order mark, errors with file and line. */

import { readFile } from "node:fs/promises";
import { TextDecoder } from "node:util";
import { InputError } from "../../base/errors.js";
import { Faults } from "../../base/faults.js";
import type { DatasetCard } from "../card.js";
import { bytesOfFile } from "../files/gzip.js";
import type { Note, Notice } from "../notice.js";
import type { RawRecord } from "../rows.js";
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

/** The longest line of a file of lines, in characters. */
const longestLine = 2 ** 28;

/** The records of a file with one JSON object a line, read line by line. Blank lines are skipped. */
export async function readJsonLines(
  path: string,
  file: string,
  _card: DatasetCard,
  note: Note,
): Promise<RawRecord[]> {
  const records: RawRecord[] = [];
  let [rest, number] = ["", 0];
  const errors = new Faults();
  const take = (line: string) => {
    number++;
    errors.attempt(() => records.push(...jsonRecord(line, number, file)));
  };
  const onEncoding = (encoding: string, example: string) => note(encodingNotice(file, encoding, example));
  for await (const text of textOfFile(path, file, onEncoding)) {
    const lines = (rest + text).split("\n");
    rest = lines.pop()!;
    if (rest.length > longestLine) throw badJson(`${file}:${number + 1}`, "the line is too long", splitIt);
    lines.forEach(take);
  }
  take(rest);
  errors.throwAny();
  return records;
}

const splitIt = `Write one JSON object a line, each of at most ${longestLine / 2 ** 20} Mi characters.`;

/** The value of JSON. */
export function parseJson(text: string, where: string, remedy = "Correct the JSON."): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw badJson(where, (error as Error).message, remedy);
  }
}

/** The records of text with one JSON object a line. Blank lines are skipped. */
export const parseJsonLines = (text: string, file: string): RawRecord[] =>
  text.split("\n").flatMap((line, i) => jsonRecord(line, i + 1, file));

/** The record of a line, or none where it is blank. */
function jsonRecord(line: string, number: number, file: string): RawRecord[] {
  if (line.trim() === "") return [];
  const where = `${file}:${number}`;
  const fields = parseJson(line, where, "Correct the line; every row is one line of JSON.");
  if (typeof fields !== "object" || fields === null || Array.isArray(fields))
    throw badJson(where, "the line is no object", "Write every row as one JSON object.");
  return [{ where, id: `row-${number}`, fields: fields as Record<string, unknown> }];
}

const badJson = (where: string, problem: string, remedy: string) =>
  new InputError({ code: "data/bad-json", where, problem, expected: "valid JSON", remedy });

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
