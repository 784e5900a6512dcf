/** Reads text and JSON of a user: UTF-8 with or without a byte order mark, errors with file and line. */

import { readFile } from "node:fs/promises";
import { InputError } from "../base/errors.js";
import type { RawRecord } from "./rows.js";

/** The text of a file that errors call `where`. */
export const readText = async (path: string, where = path): Promise<string> =>
  decodeText(await readFile(path), where);

/** UTF-8 bytes as text without a byte order mark; other bytes are an `InputError`. */
export function decodeText(bytes: Uint8Array, where: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (error) {
    throw new InputError(
      {
        code: "data/bad-encoding",
        where,
        problem: "the file is not valid UTF-8",
        expected: "UTF-8 text",
        remedy: "Save the file again as UTF-8.",
      },
      { cause: error },
    );
  }
}

/** The value of JSON. */
export function parseJson(text: string, where: string, remedy = "Correct the JSON."): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw badJson(where, (error as Error).message, remedy);
  }
}

/** The records of text with one JSON object a line. Blank lines are skipped. */
export function parseJsonLines(text: string, file: string): RawRecord[] {
  return text.split("\n").flatMap((line, i) => {
    if (line.trim() === "") return [];
    const where = `${file}:${i + 1}`;
    const fields = parseJson(line, where, "Correct the line; every row is one line of JSON.");
    if (typeof fields !== "object" || fields === null || Array.isArray(fields))
      throw badJson(where, "the line is no object", "Write every row as one JSON object.");
    return [{ where, id: `row-${i + 1}`, fields: fields as Record<string, unknown> }];
  });
}

const badJson = (where: string, problem: string, remedy: string) =>
  new InputError({ code: "data/bad-json", where, problem, expected: "valid JSON", remedy });
