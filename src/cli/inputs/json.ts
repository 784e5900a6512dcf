/** Reads examples from JSON: one object, an array of objects, one object per line, or one example's strokes or vector. */

import { Faults } from "../../base/faults.js";
import { kindOfValue, parseJson, parseJsonLines, type RawRecord, whereOf } from "../../data/index.js";
import { drawingOf } from "../../modality/index.js";
import type { Input } from "./dataset.js";
import { bad, only, type Specs, takes } from "./kinds.js";

type Examples = Pick<Input, "records" | "hasColumns">;

/** The examples of a JSON text; `where` names it in errors. */
export function jsonExamples(text: string, where: string, id: string, specs: Specs): Examples {
  const value = parseJson(text, where);
  if (isObject(value)) return { records: [{ source: { file: where }, id, fields: value }], hasColumns: true };
  if (!Array.isArray(value)) throw bad(where, "it is not a JSON object", 'Write { "<modality>": value, … }.');
  if (value.length === 0) throw noExamples(where);
  if (value.some(isObject) && !isDrawing(value, specs))
    return { records: arrayRecords(value, where, id), hasColumns: true };
  const kind = isDrawing(value, specs) ? "strokes" : kindOfValue(value);
  if (!kind)
    throw bad(
      where,
      "it is not an array of examples, strokes or numbers",
      'Write [{ "<modality>": value, … }, …].',
    );
  return { records: [{ source: { file: where }, id, fields: { [only(kind, specs, where)]: value } }] };
}

/** The examples of a text with one JSON object per line. */
export function jsonLineExamples(text: string, where: string): Examples {
  const records = parseJsonLines(text, where);
  if (records.length === 0) throw noExamples(where);
  return { records: records.map((record) => ({ ...record, id: whereOf(record) })), hasColumns: true };
}

/** The examples of an array of JSON objects. */
function arrayRecords(values: readonly unknown[], name: string, id: string): RawRecord[] {
  const faults = new Faults();
  const records = values.flatMap((fields, i): RawRecord[] => {
    const source = { file: name, example: i + 1 };
    if (isObject(fields)) return [{ source, id: `${id}:${i + 1}`, fields }];
    faults.add(
      bad(whereOf({ source }), "it is not a JSON object", "Write every example of the array as one object."),
    );
    return [];
  });
  faults.throwAny();
  return records;
}

/** Whether an array of objects is a drawing of points, rather than examples with the names of the model's modalities. */
const isDrawing = (values: readonly unknown[], specs: Specs): boolean =>
  takes(specs, "strokes") &&
  !values.some((value) => isObject(value) && Object.keys(specs).some((name) => Object.hasOwn(value, name))) &&
  drawingOf(values) !== undefined;

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const noExamples = (where: string) =>
  bad(where, "it has no examples", "Write each example as a JSON object; in a .jsonl file, one per line.");
