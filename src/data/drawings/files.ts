/** Reads files of drawings: one row per file format. */

import type { Strokes } from "../../modality/index.js";
import type { DatasetCard } from "../card.js";
import type { Folder } from "../files/media.js";
import { decodeText } from "../formats/text.js";
import { mediaModality, type RawRecord, whereOf } from "../record.js";
import { inkmlStrokes } from "./inkml.js";
import { svgStrokes } from "./svg.js";

interface DrawingFormat {
  readonly extension: RegExp;
  readonly read: (text: string, where: string) => Strokes;
  /** Whether files are strokes only in a modality declared so: an SVG is an image by default. */
  readonly mustBeDeclared: boolean;
}

const formats: readonly DrawingFormat[] = [
  { extension: /\.inkml$/i, read: inkmlStrokes, mustBeDeclared: false },
  { extension: /\.svg$/i, read: svgStrokes, mustBeDeclared: true },
];

/** Larger files are left for the check of the row, which rejects them. */
const mostFileBytes = 64 * 2 ** 20;

/** Replace the fields that name files of drawings by their strokes. */
export async function readDrawingFiles(
  card: DatasetCard,
  records: readonly RawRecord[],
  folder: Pick<Folder, "finder">,
): Promise<void> {
  const declared = Object.keys(card.modalities).filter((name) => card.modalities[name].kind === "strokes");
  const modalityOf = (field: string) =>
    mediaModality(field) || (declared.length === 1 ? declared[0] : "strokes");
  const formatOf = (field: string, path: unknown) =>
    typeof path === "string" && mediaModality(field) !== undefined
      ? formats.find(
          ({ extension, mustBeDeclared }) =>
            extension.test(path) && (!mustBeDeclared || declared.includes(modalityOf(field))),
        )
      : undefined;
  const references = records.flatMap((record) =>
    Object.entries(record.fields).flatMap(([field, path]) =>
      formatOf(field, path) ? [{ path: String(path), where: whereOf(record) }] : [],
    ),
  );
  if (references.length === 0) return;
  const find = await folder.finder(references);
  for (const record of records)
    for (const [field, path] of Object.entries(record.fields)) {
      const format = formatOf(field, path);
      if (!format) continue;
      const file = String(path);
      const bytes = await find(file, `${whereOf(record)}, field "${field}"`).read();
      if (bytes.length > mostFileBytes) continue;
      const { [field]: _, ...others } = record.fields;
      record.fields = { ...others, [modalityOf(field)]: format.read(decodeText(bytes, file), file) };
    }
}
