/**
 * Decides how drawings are read, by all records together: rows of Quick, Draw!, files of InkML and SVG, path data in
 * fields of text, and the form of arrays, which a drawing of two-point strokes alone does not tell.
 */

import { formOf, isSvgPath, svgPathStrokes } from "../../modality/index.js";
import type { DatasetCard } from "../card.js";
import { columnsOf, isRowField } from "../columns/fields.js";
import type { Folder } from "../files/media.js";
import type { Notice } from "../notice.js";
import { mediaModality, type RawRecord } from "../rows.js";
import { inkmlStrokes } from "./inkml.js";
import { svgStrokes } from "./svg-strokes.js";
import { decodeText } from "./text.js";

const mostFileBytes = 64 * 2 ** 20;

interface Drawings {
  /** With the form of each modality of strokes that records settle. */
  readonly card: DatasetCard;
  readonly notices: readonly Notice[];
}

/** Read the drawings of `records` in place. */
export async function readDrawings(
  card: DatasetCard,
  records: readonly RawRecord[],
  folder: Pick<Folder, "finder">,
): Promise<Drawings> {
  const notices: Notice[] = [];
  quickDrawRows(records, notices);
  await drawingFiles(card, records, folder);
  const declared = { ...card.modalities };
  for (const field of columnsOf(records)) {
    if (isRowField(field) || mediaModality(field) !== undefined) continue;
    const own = declared[field];
    if (own && own.kind !== "strokes") continue;
    const having = records.filter(({ fields }) => hasValue(fields[field]));
    if (having.length === 0) continue;
    pathData(having, field, notices);
    const format = own?.options.format ?? formatOf(having, field, notices);
    if (format !== undefined) declared[field] = { kind: "strokes", options: { ...own?.options, format } };
    else if (areObjects(having, field, notices))
      declared[field] = { kind: "strokes", options: own?.options ?? {} };
  }
  return { card: { ...card, modalities: declared }, notices };
}

const hasValue = (value: unknown) => value !== null && value !== undefined && value !== "";

const isObject = (value: unknown) => typeof value === "object" && value !== null && !Array.isArray(value);
const isPoints = (value: unknown) =>
  isObject(value) &&
  ["x", "points", "strokes", "drawing", "lines", "paths"].some((key) => key in (value as object));

/** Whether a value is points as objects: `[{ x, y }]`, `[[{ x, y }]]`, `{ x: […], y: […] }`. */
const isObjects = (value: unknown): boolean =>
  isPoints(value) || (Array.isArray(value) && value.length > 0 && value.every(isObjects));

/** Whether a field has points as objects in some rows, and in the others points as arrays. */
function areObjects(having: readonly RawRecord[], field: string, notices: Notice[]): boolean {
  const objects = having.filter(({ fields }) => isObjects(fields[field]));
  const isArrays = (value: unknown) => Array.isArray(value) && Array.isArray(value[0]);
  if (
    objects.length === 0 ||
    !having.every(({ fields: { [field]: value } }) => isObjects(value) || isArrays(value))
  )
    return false;
  const of = objects.length < having.length ? ` in ${objects.length} of ${having.length} rows` : "";
  notices.push({
    code: "drawings/objects",
    where: `${objects[0].where}, field "${field}"`,
    text: `read "${field}" as strokes: x and y of points that are objects${of}, without their other properties`,
  });
  return true;
}

/** Rows of Quick, Draw! (Ha and Eck, 2017): `word` is the label, `drawing` the strokes, `key_id` the id. */
function quickDrawRows(records: readonly RawRecord[], notices: Notice[]): void {
  const rows = records.filter(
    ({ fields }) => typeof fields.word === "string" && Array.isArray(fields.drawing),
  );
  if (rows.length === 0) return;
  let unrecognized = 0;
  for (const record of rows) {
    const { word, drawing, key_id: id, countrycode: _, timestamp: __, recognized, ...others } = record.fields;
    if (recognized === false) unrecognized++;
    record.fields = { ...(id !== undefined && { id: `${id}` }), label: word, strokes: drawing, ...others };
  }
  notices.push({
    code: "drawings/quick-draw",
    where: rows[0].where,
    text: `read ${rows.length} rows of Quick, Draw!: "word" as the label, "drawing" as strokes, "key_id" as the id; left out countrycode, timestamp and recognized (${unrecognized} were not recognized by the game)`,
  });
}

/** Files of InkML, and of SVG where the modality is declared as strokes, in place of their names. */
async function drawingFiles(
  card: DatasetCard,
  records: readonly RawRecord[],
  folder: Pick<Folder, "finder">,
): Promise<void> {
  const strokes = Object.keys(card.modalities).filter((name) => card.modalities[name].kind === "strokes");
  const find = await folder.finder(
    records.flatMap(({ where, fields }) =>
      Object.values(fields).flatMap((path) =>
        typeof path === "string" && isInk(path) ? [{ path, where }] : [],
      ),
    ),
  );
  for (const record of records)
    for (const [field, path] of Object.entries(record.fields)) {
      const named = mediaModality(field);
      if (typeof path !== "string" || named === undefined) continue;
      const modality = named || (strokes.length === 1 ? strokes[0] : "strokes");
      const isSvg = /\.svg$/i.test(path) && strokes.includes(modality);
      if (!isSvg && !isInk(path)) continue;
      const where = `${record.where}, field "${field}"`;
      const bytes = await find(path, where).read();
      if (bytes.length > mostFileBytes) continue;
      const text = decodeText(bytes, path);
      const { [field]: _, ...others } = record.fields;
      record.fields = { ...others, [modality]: isSvg ? svgStrokes(text, path) : inkmlStrokes(text, path) };
    }
}

const isInk = (path: string) => /\.inkml$/i.test(path);

/** Path data of SVG in a field of text, as strokes where every row's is. */
function pathData(having: readonly RawRecord[], field: string, notices: Notice[]): void {
  if (!having.every(({ fields }) => typeof fields[field] === "string" && isSvgPath(fields[field]))) return;
  const read = having.map(({ fields }) => svgPathStrokes(fields[field] as string));
  if (!read.every((strokes) => strokes !== undefined)) return;
  for (const [i, { fields }] of having.entries()) fields[field] = read[i];
  notices.push({
    code: "drawings/svg-path",
    where: `${having[0].where}, field "${field}"`,
    text: `read "${field}" as strokes: SVG path data in ${having.length} rows, curves as 16 points each`,
  });
}

/** The form of a field's arrays, where its rows settle one that some of them do not. */
function formatOf(having: readonly RawRecord[], field: string, notices: Notice[]): string | undefined {
  if (
    !having.every(
      ({ fields }) => Array.isArray(fields[field]) && Array.isArray((fields[field] as unknown[])[0]),
    )
  )
    return undefined;
  const forms = having.map(({ fields }) => formOf(fields[field]));
  const count = (form: string) => forms.filter((own) => own === form).length;
  const [lists, ambiguous, others] = [count("lists"), count("ambiguous"), count("other")];
  const where = `${having[0].where}, field "${field}"`;
  if (lists > 0 && others === 0) {
    const rest = ambiguous > 0 ? `, and so are ${ambiguous} of two points a stroke` : "";
    notices.push({
      code: "drawings/lists",
      where,
      text: `read "${field}" as lists of coordinates, [[x…], [y…]]: ${lists} of ${forms.length} rows have that form${rest}`,
    });
    return "lists";
  }
  if (ambiguous > 0 && others > 0) return "points";
  if (ambiguous > 0)
    notices.push({
      code: "drawings/ambiguous",
      where,
      text: `read "${field}" as points, [[x, y], …]: all rows have strokes of two lists of two numbers, which [[x1, x2], [y1, y2]] is too; declare "format": "lists" in dataset.json if they are lists of x and y`,
      suspect: true,
    });
  return undefined;
}
