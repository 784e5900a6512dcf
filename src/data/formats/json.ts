/** Parses JSON, of one value or of one object per line. Errors show the file and the line. */

import { InputError } from "../../base/errors.js";
import { Faults } from "../../base/faults.js";
import type { Note } from "../notice.js";
import { type RawRecord, whereOf } from "../record.js";
import { encodingNotice, textOfFile } from "./text.js";

/** The value of JSON text. @throws {InputError} data/bad-json */
export function parseJson(text: string, where: string, remedy = "Correct the JSON."): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw badJson(where, (error as Error).message, remedy);
  }
}

/** The longest line, in characters. */
const longestLine = 2 ** 28;

/** The records of a file with one JSON object per line. Blank lines are skipped. @throws {InputError} data/bad-json */
export async function readJsonLines(path: string, file: string, note: Note): Promise<RawRecord[]> {
  const records: RawRecord[] = [];
  let [rest, line] = ["", 0];
  const errors = new Faults();
  const take = (text: string) => {
    line++;
    errors.attempt(() => records.push(...jsonRecord(text, line, file)));
  };
  const onEncoding = (encoding: string, example: string) => note(encodingNotice(file, encoding, example));
  for await (const text of textOfFile(path, file, onEncoding)) {
    const lines = (rest + text).split("\n");
    rest = lines.pop() ?? "";
    if (rest.length > longestLine) throw badJson(`${file}:${line + 1}`, "the line is too long", shorten);
    lines.forEach(take);
  }
  take(rest);
  errors.throwAny();
  return records;
}

const shorten = `Write one JSON object per line, each of at most ${longestLine / 2 ** 20} Mi characters.`;

/** The records of text with one JSON object per line. Blank lines are skipped. @throws {InputError} data/bad-json */
export const parseJsonLines = (text: string, file: string): RawRecord[] =>
  text.split("\n").flatMap((line, i) => jsonRecord(line, i + 1, file));

/** The record of a line; none if it is blank. */
function jsonRecord(text: string, line: number, file: string): RawRecord[] {
  if (text.trim() === "") return [];
  const source = { file, line };
  const where = whereOf({ source });
  const fields = parseJson(text, where, "Correct the line; every row is one line of JSON.");
  if (typeof fields !== "object" || fields === null || Array.isArray(fields))
    throw badJson(where, "the line is not an object", "Write every row as one JSON object.");
  return [{ source, id: `row-${line}`, fields: fields as RawRecord["fields"] }];
}

const badJson = (where: string, problem: string, remedy: string) =>
  new InputError({ code: "data/bad-json", where, problem, expected: "valid JSON", remedy });
