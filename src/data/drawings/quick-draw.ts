/** Rows of Quick, Draw! (Ha and Eck, 2017): `word` is the label, `drawing` the strokes, `key_id` the id. */

import type { Notice } from "../notice.js";
import { type RawRecord, whereOf } from "../record.js";

/** Rename the fields of Quick, Draw! rows in place. */
export function readQuickDraw(records: readonly RawRecord[]): Notice[] {
  const rows = records.filter(
    ({ fields }) => typeof fields.word === "string" && Array.isArray(fields.drawing),
  );
  if (rows.length === 0) return [];
  let unrecognized = 0;
  for (const record of rows) {
    const { word, drawing, key_id: id, countrycode: _, timestamp: __, recognized, ...others } = record.fields;
    if (recognized === false) unrecognized++;
    record.fields = { ...(id !== undefined && { id: `${id}` }), label: word, strokes: drawing, ...others };
  }
  return [
    {
      code: "drawings/quick-draw",
      where: whereOf(rows[0]),
      text: `read ${rows.length} rows of Quick, Draw!: "word" as the label, "drawing" as strokes, "key_id" as the id; left out countrycode, timestamp and recognized (${unrecognized} were not recognized by the game)`,
    },
  ];
}
