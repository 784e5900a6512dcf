/** Reads text and JSON of a user: UTF-8 with or without a byte order mark, errors with file and line. */

import { readFile } from "node:fs/promises";
import { InputError } from "../base/errors.js";
import { bytesOfFile } from "./gzip.js";
import type { RawRecord } from "./rows.js";

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

/** The text of a file in pieces, unpacked where its name ends in `.gz`. */
export async function* textOfFile(path: string, where: string): AsyncGenerator<string> {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  const decode = (bytes?: Uint8Array) => {
    try {
      return decoder.decode(bytes, { stream: bytes !== undefined });
    } catch (error) {
      throw badEncoding(where, error);
    }
  };
  for await (const bytes of bytesOfFile(path, where)) yield decode(bytes);
  yield decode();
}

/** The longest line of a file of lines, in characters. */
const longestLine = 2 ** 28;

/** The records of a file with one JSON object a line, read line by line. Blank lines are skipped. */
export async function readJsonLines(path: string, file: string): Promise<RawRecord[]> {
  const records: RawRecord[] = [];
  let [rest, number] = ["", 0];
  const take = (line: string) => records.push(...jsonRecord(line, ++number, file));
  for await (const text of textOfFile(path, file)) {
    const lines = (rest + text).split("\n");
    rest = lines.pop()!;
    if (rest.length > longestLine) throw badJson(`${file}:${number + 1}`, "the line is too long", splitIt);
    lines.forEach(take);
  }
  take(rest);
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
