/** Reads drawings as strokes: rows of Quick, Draw!, files of drawings, and fields of path data, arrays or objects. */

import type { DatasetCard } from "../card.js";
import { columnNames, isFilled, isRowField } from "../columns/cells.js";
import type { Folder } from "../files/media.js";
import type { Notice } from "../notice.js";
import { mediaModality, type RawRecord } from "../record.js";
import { readStrokesField } from "./fields.js";
import { readDrawingFiles } from "./files.js";
import { readQuickDraw } from "./quick-draw.js";

interface Drawings {
  /** The card with the modalities of strokes that were found, each with its format. */
  readonly card: DatasetCard;
  readonly notices: readonly Notice[];
}

/** Read the drawings of `records` in place. The format of a field is inferred from all records together. */
export async function readDrawings(
  card: DatasetCard,
  records: readonly RawRecord[],
  folder: Pick<Folder, "finder">,
): Promise<Drawings> {
  const notices: Notice[] = readQuickDraw(records);
  await readDrawingFiles(card, records, folder);
  const modalities = { ...card.modalities };
  for (const field of columnNames(records)) {
    if (isRowField(field) || mediaModality(field) !== undefined) continue;
    const declared = modalities[field];
    if (declared && declared.kind !== "strokes") continue;
    const filled = records.filter(({ fields }) => isFilled(fields[field]));
    if (filled.length === 0) continue;
    const format = readStrokesField(filled, field, declared?.options.format, notices);
    if (format) modalities[field] = { kind: "strokes", options: { ...declared?.options, ...format } };
  }
  return { card: { ...card, modalities }, notices };
}
