/** Compares images by gradients and a coarse grid of colours; copies by pixels, provided that their colours agree. */

import { createHash } from "node:crypto";
import { decodeImage, fitImage } from "../../../modality/index.js";
import { gradientWidth, pictureDistance, side, writeGradients } from "./picture.js";
import type { Comparer } from "./types.js";

/** `grey` is [32, 32]; `colour` is [4, 4, 3], the difference of each channel from grey; `content` is a digest of the pixels. */
interface Kept {
  readonly grey: Uint8Array;
  readonly colour: Float32Array;
  readonly content: Uint8Array;
}

const grid = 4;
const colourWidth = grid * grid * 3;
/** Weight of colour features relative to gradients. */
const colourWeight = 0.5;
/** Largest mean colour difference of copies, in 255ths. */
const mostColour = 10;

export const image: Comparer<Kept> = {
  async read(value, where) {
    const full = await decodeImage(value, where);
    const { channels, data } = await fitImage(full, side, side);
    const grey = new Uint8Array(side * side);
    const colour = new Float32Array(colourWidth);
    const cell = side / grid;
    for (let i = 0; i < grey.length; i++) {
      const [r, g, b] = [0, 1, 2].map((c) => data[i * channels + Math.min(c, channels - 1)]);
      const luma = 0.299 * r + 0.587 * g + 0.114 * b;
      grey[i] = Math.round(luma);
      const at = 3 * (Math.floor(i / side / cell) * grid + Math.floor((i % side) / cell));
      for (const [c, value] of [r, g, b].entries()) colour[at + c] += (value - luma) / cell ** 2;
    }
    const content = createHash("sha256").update(`${full.width}×${full.height}:`).update(full.data).digest();
    return { grey, colour, content };
  },
  content: ({ content }) => content,
  features(kept) {
    const width = gradientWidth + colourWidth;
    const data = new Float32Array(kept.length * width);
    for (const [i, { grey, colour }] of kept.entries()) {
      writeGradients(grey, data.subarray(i * width, i * width + gradientWidth));
      const own = data.subarray(i * width + gradientWidth, (i + 1) * width);
      for (const [k, value] of colour.entries()) own[k] = (colourWeight * value) / 255;
    }
    return { data, width };
  },
  distance(a, b) {
    const apart = a.colour.reduce((sum, value, k) => sum + Math.abs(value - b.colour[k]), 0) / colourWidth;
    return apart > mostColour ? 1 : pictureDistance(a.grey, b.grey);
  },
  near: 0.015,
};
