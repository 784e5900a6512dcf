/**
 * A small synthetic data set of leaves as colour photos and pen strokes: one to five examples per class, occasionally with a
 * missing modality, without splits.
 */

import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import sharp from "sharp";
import { random } from "../../src/base/random.js";

export interface LeafRow {
  id: string;
  label: string;
  photo_file_name?: string;
  outline?: number[][][];
}

const WIDTH = 20;
const HEIGHT = 24;
export const CLASSES = 26;

/** The rows in order. Class k has 1 + 3k mod 5 examples; a class with one example has no missing modality. */
export function leafRows(): LeafRow[] {
  return Array.from({ length: CLASSES }, (_, k) => k).flatMap((k) =>
    Array.from({ length: 1 + ((3 * k) % 5) }, (_, i): LeafRow => {
      const row: LeafRow = { id: `leaf-${k}-${i}`, label: `leaf ${k}` };
      const missing = i === 0 ? -1 : (k + i) % 4;
      if (missing !== 0) row.photo_file_name = `photos/${k}-${i}.png`;
      if (missing !== 1) row.outline = outline(k, i);
      return row;
    }),
  );
}

/** Write rows as a data folder with their photos. */
export async function writeLeaves(folder: string, rows: readonly LeafRow[]): Promise<void> {
  mkdirSync(folder, { recursive: true });
  for (const { photo_file_name: name } of rows) {
    if (!name) continue;
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), await photo(name));
  }
  writeFileSync(join(folder, "metadata.jsonl"), rows.map((row) => `${JSON.stringify(row)}\n`).join(""));
}

/** A PNG of the class's colour with noise. */
function photo(name: string): Promise<Buffer> {
  const noise = random(5, name);
  const k = Number(/(\d+)-/.exec(name)?.[1]);
  const colour = [9 * k, 200 - 7 * k, (50 * k) % 200];
  const data = Uint8Array.from({ length: WIDTH * HEIGHT * 3 }, (_, at) => colour[at % 3] + noise.integer(30));
  return sharp(data, { raw: { width: WIDTH, height: HEIGHT, channels: 3 } })
    .png()
    .toBuffer();
}

/** A star whose number of points depends on the class, with a stem. */
function outline(k: number, i: number): number[][][] {
  const noise = random(6, `${k}`, `${i}`);
  const points = 2 * (3 + (k % 7));
  const star = Array.from({ length: points + 1 }, (_, p) => {
    const radius = (p % 2 === 0 ? 10 : 4 + (k % 4)) + noise.uniform();
    const angle = (2 * Math.PI * p) / points;
    return [radius * Math.cos(angle), radius * Math.sin(angle)];
  });
  return [
    star,
    [
      [0, 0],
      [noise.uniform(), 15],
    ],
  ];
}
