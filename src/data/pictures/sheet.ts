/** A contact sheet as SVG: a few examples of each class (group, if groups are tasks) with all their modalities. */

import { InputError } from "../../base/errors.js";
import { random } from "../../base/random.js";
import { escaped, shorten } from "../../picture/svg.js";
import { type Dataset, type Row, unitOf, unitWordsOf } from "../types.js";
import { preview } from "./preview.js";

const SIDE = 72;
const GAP = 10;
const LABELS = 170;
const TOP = 40;

export interface SheetOptions {
  /** Maximum number of classes, evenly spaced among the sorted names; default 24. */
  classes?: number;
  /** Maximum number of examples per class, drawn with seed 0; default 6. */
  each?: number;
  signal?: AbortSignal;
}

/** Draw the sheet. Values that cannot be decoded are drawn as a red cross. */
export async function contactSheet(dataset: Dataset, options: SheetOptions = {}): Promise<string> {
  const { classes = 24, each = 6, signal } = options;
  const units = new Map<string, Row[]>();
  for (const row of dataset.rows) {
    const name = unitOf(row) ?? "(no label)";
    const unit = units.get(name);
    if (unit) unit.push(row);
    else units.set(name, [row]);
  }
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
    parts.push(`<text x="${GAP}" y="${y + SIDE / 2}" font-weight="600">${escaped(shorten(name, 22))}</text>`);
    parts.push(`<text x="${GAP}" y="${y + SIDE / 2 + 14}" fill="#777">${rows.length} rows</text>`);
    const drawn = random(0, "sheet", name).sample(rows, Math.min(each, rows.length));
    for (const [k, row] of drawn.entries())
      parts.push(await example(dataset, row, modalities, LABELS + k * (cell + GAP), y));
  }
  const width = LABELS + each * (cell + GAP);
  const title = `${dataset.name}: ${modalities.join(", ")}; ${count} of ${names.length} ${unitWordsOf(dataset.rows)[1]}`;
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${TOP + count * (SIDE + GAP)}" font-family="system-ui, sans-serif" font-size="11" fill="#222">
<title>Contact sheet of ${escaped(dataset.name)}</title>
<rect width="100%" height="100%" fill="#ffffff"/>
<text x="${GAP}" y="24" font-size="14">${escaped(title)}</text>
${parts.join("\n")}
</svg>
`;
}

async function example(
  { kinds }: Dataset,
  row: Row,
  modalities: readonly string[],
  x: number,
  y: number,
): Promise<string> {
  const drawn: string[] = [];
  for (const [m, name] of modalities.entries()) {
    const place = { x: x + m * SIDE, y, side: SIDE };
    if (Object.hasOwn(row.values, name))
      drawn.push(await drawnOr(kinds[name].kind, row.values[name], place, `${row.where}, field "${name}"`));
  }
  const width = SIDE * modalities.length;
  return `<g>${drawn.join("")}<rect x="${x}" y="${y}" width="${width}" height="${SIDE}" fill="none" stroke="#bbbbbb" rx="3"/></g>`;
}

/** The preview of a value, or a cross if it cannot be decoded. */
async function drawnOr(...args: Parameters<typeof preview>): Promise<string> {
  try {
    return await preview(...args);
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    const { x, y, side } = args[2];
    return `<path d="M${x} ${y}l${side} ${side}M${x} ${y + side}l${side} ${-side}" stroke="#d62728"/>`;
  }
}
