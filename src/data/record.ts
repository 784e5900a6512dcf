/** Records as readers return them, before any field is checked, and the position of each in its source. */

import type { Media } from "../modality/index.js";

/** Position of a record: a whole file, a line (row, from 1) of a file, or one of the examples of a file or of memory. */
interface RecordSource {
  /** The name of the file in errors; absent for examples in memory. */
  readonly file?: string;
  readonly line?: number;
  readonly example?: number;
}

/** An unchecked record. `id` is used when `fields` has none. */
export interface RawRecord {
  readonly source: RecordSource;
  id: string;
  fields: Record<string, unknown>;
}

/** A position as errors show it: `metadata.csv:12`, `a.json, example 3`, `example 3`. */
export function whereOf({ source: { file, line, example } }: Pick<RawRecord, "source">): string {
  if (file === undefined) return `example ${example}`;
  if (line !== undefined) return `${file}:${line}`;
  return example === undefined ? file : `${file}, example ${example}`;
}

/** Whether a record is one of several in its source and so has columns: a row of a table, or an example of a list. */
export const isTableRow = ({ source: { line, example } }: RawRecord): boolean =>
  line !== undefined || example !== undefined;

/** The source of records as notices show it: the file of the first one, or `examples`. */
export const sourceOf = (records: readonly RawRecord[]): string =>
  records.length === 0 ? "" : (records[0].source.file ?? "examples");

const mediaField = /^(?:(.+)_)?file_name$/;

/** The modality of a field that names a media file, empty for `file_name` alone; undefined for any other field. */
export function mediaModality(field: string): string | undefined {
  const found = mediaField.exec(field);
  return found ? (found[1] ?? "") : undefined;
}

/** A media path and the field that names it. */
export interface MediaReference {
  readonly path: string;
  readonly where: string;
}

/** Every media path that records name. */
export function* mediaReferences(records: Iterable<RawRecord>): Generator<MediaReference> {
  for (const record of records)
    for (const [field, path] of Object.entries(record.fields))
      if (typeof path === "string" && mediaModality(field) !== undefined)
        yield { path, where: `${whereOf(record)}, field "${field}"` };
}

/** Finds the media file that a field names. `where` names the record and the field in errors. */
export type FindMedia = (path: string, where: string) => Media;
