/** Reads examples from JSON: one, one a line, or the strokes or the vector of one alone. */

import { kindOfValue, parseJson, parseJsonLines } from "../../data/index.js";
import type { Input } from "./dataset.js";
import { bad, only, type Specs } from "./kinds.js";

type Examples = Pick<Input, "records" | "hasColumns">;

/** The example of a JSON text that errors call `where`. */
export function jsonExamples(text: string, where: string, id: string, specs: Specs): Examples {
  const value = parseJson(text, where);
  if (isObject(value)) return { records: [{ where, id, fields: value }], hasColumns: true };
  if (!Array.isArray(value)) throw bad(where, "it is no JSON object", 'Write { "<modality>": value, … }.');
  const kind = kindOfValue(value) === "vector" ? "vector" : "strokes";
  return { records: [{ where, id, fields: { [only(kind, specs, where)]: value } }] };
}

/** The examples of a text with one JSON object a line. */
export function jsonLineExamples(text: string, where: string): Examples {
  const records = parseJsonLines(text, where);
  if (records.length === 0) throw bad(where, "the file has no examples", "Write one JSON object a line.");
  return { records: records.map((record) => ({ ...record, id: record.where })), hasColumns: true };
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
