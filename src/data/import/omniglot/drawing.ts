/** One drawing of a character, the common form of all Omniglot sources. */

import type { Strokes } from "../../../modality/index.js";
import type { Split } from "../../splits.js";

/** Side of the official images and of the frame of strokes, in pixels. */
export const frame = 105;
/** Side of the written images. */
export const side = 28;

export interface Drawing {
  /** The official file name without extension: `0709_01`. */
  id: string;
  /** `Alphabet/character01`. */
  label: string;
  /** `Alphabet/01`: drawers are numbered per alphabet. */
  group: string;
  split?: Split;
  /** Grey pixels [28, 28], ink = 255. */
  image(): Promise<Uint8Array>;
  /** In half pixels of the 105×105 frame, y down; undefined if the source has none. */
  strokes(): Promise<Strokes | undefined>;
}

/** Average pixels [105, 105] over the boxes of [28, 28]. */
export function shrink(pixels: Uint8Array): Uint8Array {
  const out = new Uint8Array(side * side);
  const box = frame / side;
  const overlap = (cell: number, pixel: number) =>
    Math.max(0, Math.min(pixel + 1, (cell + 1) * box) - Math.max(pixel, cell * box));
  for (let y = 0; y < side; y++)
    for (let x = 0; x < side; x++) {
      let sum = 0;
      for (let v = Math.floor(y * box); v < (y + 1) * box; v++)
        for (let u = Math.floor(x * box); u < (x + 1) * box; u++)
          sum += pixels[v * frame + u] * overlap(y, v) * overlap(x, u);
      out[y * side + x] = Math.round(sum / box ** 2);
    }
  return out;
}
