/** Infers the format of drawings in one field from all its values together. */

import { formOf, isSvgPath, svgPathStrokes } from "../../modality/index.js";
import type { Notice } from "../notice.js";
import { type RawRecord, whereOf } from "../record.js";

/**
 * Read a field of drawings, path data in place. `filled` are the records that have it. Returns the options of its strokes
 * modality; undefined if the values are not drawings or need no option.
 */
export function readStrokesField(
  filled: readonly RawRecord[],
  field: string,
  declared: unknown,
  notices: Notice[],
): { format?: unknown } | undefined {
  const note = (code: string, text: string, suspect?: true) =>
    notices.push({
      code: `drawings/${code}`,
      where: `${whereOf(filled[0])}, field "${field}"`,
      text,
      ...(suspect && { suspect }),
    });
  readPathData(filled, field, note);
  const format = declared ?? inferFormat(filled, field, note);
  if (format !== undefined) return { format };
  return areObjects(filled, field, notices) ? {} : undefined;
}

type NoteField = (code: string, text: string, suspect?: true) => void;

/** Replace SVG path data by strokes, if every value is path data. */
function readPathData(filled: readonly RawRecord[], field: string, note: NoteField): void {
  const read = filled.map(({ fields: { [field]: value } }) =>
    typeof value === "string" && isSvgPath(value) ? svgPathStrokes(value) : undefined,
  );
  if (!read.every((strokes) => strokes !== undefined)) return;
  for (const [i, { fields }] of filled.entries()) fields[field] = read[i];
  note(
    "svg-path",
    `read "${field}" as strokes: SVG path data in ${filled.length} rows, curves as 16 points each`,
  );
}

/** The format of a field of arrays, if some values determine a format that others leave open. */
function inferFormat(filled: readonly RawRecord[], field: string, note: NoteField): string | undefined {
  if (!filled.every(({ fields }) => isNested(fields[field]))) return undefined;
  const forms = filled.map(({ fields }) => formOf(fields[field]));
  const count = (form: string) => forms.filter((other) => other === form).length;
  const [lists, ambiguous, others] = [count("lists"), count("ambiguous"), count("other")];
  if (lists > 0 && others === 0) {
    const rest = ambiguous > 0 ? `, and so are ${ambiguous} of two points a stroke` : "";
    note(
      "lists",
      `read "${field}" as lists of coordinates, [[x…], [y…]]: ${lists} of ${forms.length} rows have that form${rest}`,
    );
    return "lists";
  }
  if (ambiguous > 0 && others > 0) return "points";
  if (ambiguous > 0)
    note(
      "ambiguous",
      `read "${field}" as points, [[x, y], …]: all rows have strokes of two lists of two numbers, which [[x1, x2], [y1, y2]] is too; declare "format": "lists" in dataset.json if they are lists of x and y`,
      true,
    );
  return undefined;
}

const isNested = (value: unknown) => Array.isArray(value) && Array.isArray(value[0]);

/** Keys of a drawing or a stroke given as an object. */
const drawingKeys = ["x", "points", "strokes", "drawing", "lines", "paths"];

const isDrawingObject = (value: unknown) =>
  typeof value === "object" &&
  value !== null &&
  !Array.isArray(value) &&
  drawingKeys.some((key) => key in value);

/** Whether a value consists of objects: `[{ x, y }]`, `[[{ x, y }]]`, `{ x: […], y: […] }`. */
const isObjects = (value: unknown): boolean =>
  isDrawingObject(value) || (Array.isArray(value) && value.length > 0 && value.every(isObjects));

/** Whether a field has points as objects in some rows, and as nested arrays in the others. */
function areObjects(filled: readonly RawRecord[], field: string, notices: Notice[]): boolean {
  const objects = filled.filter(({ fields }) => isObjects(fields[field]));
  if (objects.length === 0) return false;
  if (!filled.every(({ fields: { [field]: value } }) => isObjects(value) || isNested(value))) return false;
  const share = objects.length < filled.length ? ` in ${objects.length} of ${filled.length} rows` : "";
  notices.push({
    code: "drawings/objects",
    where: `${whereOf(objects[0])}, field "${field}"`,
    text: `read "${field}" as strokes: x and y of points that are objects${share}, without their other properties`,
  });
  return true;
}
