/** A contact sheet (SVG): examples of each class with all their modalities; of each group, if groups are tasks. */

import { InputError } from "../../base/errors.js";
import { random } from "../../base/random.js";
import { framedCells } from "../../picture/cells.js";
import { element, FRAME, MUTED, shorten, svgDocument, text, WRONG } from "../../picture/svg.js";
import { checkDataset } from "../given.js";
import { type Dataset, type Row, unitOf, unitWordsOf } from "../types.js";
import { preview } from "./preview.js";

/** Side of a modality's cell. */
const SIDE = 72;
const GAP = 10;
/** Width of the column of class names. */
const LABELS = 170;
const TOP = 40;

export interface SheetOptions {
  /** Most classes, evenly spaced among the sorted names; default 24. */
  classes?: number;
  /** Most examples per class, drawn with seed 0; default 6. */
  each?: number;
  signal?: AbortSignal;
}

/**
 * Draw a few examples per class (per group, if groups are tasks), every modality of each, as the text of an SVG. A value
 * that cannot be decoded is drawn as a red cross.
 *
 * @throws {Error} the reason of `signal` if it is aborted.
 * @example const svg = await contactSheet(data, { classes: 12, each: 4 });
 */
export async function contactSheet(dataset: Dataset, options: SheetOptions = {}): Promise<string> {
  checkDataset(dataset, "contactSheet");
  const { classes = 24, each = 6, signal } = options;
  const units = rowsByUnit(dataset.rows);
  const names = [...units.keys()].sort();
  const count = Math.min(classes, names.length);
  const chosen = Array.from({ length: count }, (_, i) => names[Math.floor((i * names.length) / count)]);
  const modalities = Object.keys(dataset.kinds);
  const cell = SIDE * modalities.length + GAP;
  const parts: string[] = [];
  for (const [i, name] of chosen.entries()) {
    signal?.throwIfAborted();
    const rows = units.get(name)!;
    const y = TOP + i * (SIDE + GAP);
    parts.push(text(GAP, y + SIDE / 2, shorten(name, 22), { "font-weight": 600 }));
    parts.push(text(GAP, y + SIDE / 2 + 14, `${rows.length} rows`, { fill: MUTED }));
    const drawn = random(0, "sheet", name).sample(rows, Math.min(each, rows.length));
    for (const [k, row] of drawn.entries())
      parts.push(await example(dataset, row, LABELS + k * (cell + GAP), y));
  }
  const width = LABELS + each * (cell + GAP);
  const height = TOP + count * (SIDE + GAP);
  const heading = `${dataset.name}: ${modalities.join(", ")}; ${count} of ${names.length} ${unitWordsOf(dataset.rows)[1]}`;
  return svgDocument({ width, height, title: `Contact sheet of ${dataset.name}` }, [
    text(GAP, 24, heading, { "font-size": 14 }),
    ...parts,
  ]);
}

/** Rows by class, or by group if groups are tasks. */
function rowsByUnit(rows: readonly Row[]): ReadonlyMap<string, Row[]> {
  const units = new Map<string, Row[]>();
  for (const row of rows) {
    const name = unitOf(row) ?? "(no label)";
    const members = units.get(name);
    if (members) members.push(row);
    else units.set(name, [row]);
  }
  return units;
}

/** The modalities of one example side by side; the cell of an absent one is empty. */
const example = ({ kinds }: Dataset, row: Row, x: number, y: number): Promise<string> =>
  framedCells(Object.keys(kinds), { x, y, side: SIDE }, { stroke: FRAME }, (name, cell) =>
    Object.hasOwn(row.values, name)
      ? previewOrCross(kinds[name].kind, row.values[name], cell, `${row.where}, field "${name}"`)
      : "",
  );

/** The preview of a value, or a cross if it cannot be decoded. */
async function previewOrCross(...args: Parameters<typeof preview>): Promise<string> {
  try {
    return await preview(...args);
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    const { x, y, side } = args[2];
    return element("path", {
      d: `M${x} ${y}l${side} ${side}M${x} ${y + side}l${side} ${-side}`,
      stroke: WRONG,
    });
  }
}
