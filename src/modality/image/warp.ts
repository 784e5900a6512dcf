/** Affine warping of planes by bilinear sampling. */

import type { Random } from "../../base/random.js";

/** The source of the value at (y, x), relative to the centre: (a·y + b·x + dy, c·y + d·x + dx). */
interface Warp {
  readonly a: number;
  readonly b: number;
  readonly c: number;
  readonly d: number;
  readonly dy: number;
  readonly dx: number;
}

/** Uniform in [−reach, reach). */
export const around = (random: Random, reach: number): number => reach * (2 * random.uniform() - 1);

/** Warp the planes [planes, height, width] of `data` in place, replicating edges. */
export function warp(data: Float32Array, height: number, width: number, { a, b, c, d, dy, dx }: Warp): void {
  const plane = height * width;
  const from = data.slice();
  const [middleY, middleX] = [(height - 1) / 2, (width - 1) / 2];
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const [v, u] = [y - middleY, x - middleX];
      const sourceY = Math.max(0, Math.min(height - 1, a * v + b * u + dy + middleY));
      const sourceX = Math.max(0, Math.min(width - 1, c * v + d * u + dx + middleX));
      const [top, left] = [Math.floor(sourceY), Math.floor(sourceX)];
      const [low, right] = [Math.min(height - 1, top + 1), Math.min(width - 1, left + 1)];
      const [t, s] = [sourceY - top, sourceX - left];
      for (let at = 0; at < data.length; at += plane) {
        const value = (row: number, column: number) => from[at + row * width + column];
        data[at + y * width + x] =
          (1 - t) * ((1 - s) * value(top, left) + s * value(top, right)) +
          t * ((1 - s) * value(low, left) + s * value(low, right));
      }
    }
}
