/**
 * The data set that the strokes encoder is trained on: the strokes of datasets/omniglot. Each train class is given in eight
 * orientations (four rotations by right angles, each also mirrored), every one of them a class of its own: 8,208 classes.
 * Validation classes are kept as they are; test classes are left out.
 */

import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";

/** Side of Omniglot's frame in pixels; coordinates stay multiples of half a pixel. */
const FRAME = 105;

type Point = readonly [x: number, y: number];
type Drawing = readonly (readonly Point[])[];

interface Row {
  readonly id: string;
  readonly label: string;
  readonly split: string;
  readonly strokes: Drawing;
}

const orientations: Readonly<Record<string, (x: number, y: number) => Point>> = {
  "0": (x, y) => [x, y],
  "90": (x, y) => [FRAME - y, x],
  "180": (x, y) => [FRAME - x, FRAME - y],
  "270": (x, y) => [y, FRAME - x],
  "0m": (x, y) => [FRAME - x, y],
  "90m": (x, y) => [y, x],
  "180m": (x, y) => [x, FRAME - y],
  "270m": (x, y) => [FRAME - y, FRAME - x],
};

/** Rows of training and validation, of the rows of Omniglot. */
export function orientedRows(rows: readonly Row[]): Row[] {
  return rows.flatMap(({ id, label, split, strokes }) => {
    if (split === "val") return [{ id, label, split, strokes }];
    if (split !== "train") return [];
    return Object.entries(orientations).map(([name, turn]) => ({
      id: `${id}/${name}`,
      label: `${label}/${name}`,
      split,
      strokes: strokes.map((stroke) => stroke.map(([x, y]) => turn(x, y))),
    }));
  });
}

/** Write the data set to `folder`, from the folder of Omniglot. */
export function writeStrokesData(omniglot: string, folder: string): void {
  const lines = gunzipSync(readFileSync(join(omniglot, "metadata.jsonl.gz")))
    .toString()
    .trimEnd()
    .split("\n");
  const rows = orientedRows(lines.map((line) => JSON.parse(line) as Row));
  const card = { name: "omniglot-strokes", licence: "MIT", modalities: { strokes: { kind: "strokes" } } };
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "dataset.json"), `${JSON.stringify(card)}\n`);
  const text = `${rows.map((row) => JSON.stringify(row)).join("\n")}\n`;
  writeFileSync(join(folder, "metadata.jsonl.gz"), gzipSync(text));
}
