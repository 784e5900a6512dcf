/**
 * Renders a drawing as an image for the built-in encoders of images: black on white, grey levels [160, 160, 1].
 *
 * The drawing's bounding box is centred and scaled, with its aspect ratio kept, so that its longer side is 160 − 2 · `MARGIN`
 * pixels; a drawing without extent is a dot in the middle. A pixel with its centre at the distance d from the nearest segment
 * has the level 255 · (1 − c), rounded, with the coverage c = `WIDTH` / 2 + 1/2 − d, at least 0 and at most 1: round pens of
 * `WIDTH` pixels.
 */

import type { RawImage } from "../image/raw.js";
import type { Strokes } from "../strokes/types.js";

const SIDE = 160;
const MARGIN = 20;
const WIDTH = 6;
const WHITE = 255;

/** Render a drawing. */
export function drawingImage(drawing: Strokes): RawImage {
  const { scale, left, top } = placement(drawing);
  const coverage = new Float32Array(SIDE * SIDE);
  for (const stroke of drawing) {
    const points = stroke.map(([x, y]) => [left + scale * x, top + scale * y] as const);
    for (const [i, to] of points.entries()) cover(coverage, points[Math.max(0, i - 1)], to);
  }
  const data = Uint8Array.from(coverage, (covered) => Math.round(WHITE * (1 - covered)));
  return { width: SIDE, height: SIDE, channels: 1, data };
}

/** Scale and offsets that map coordinates to pixels. */
function placement(drawing: Strokes): { scale: number; left: number; top: number } {
  const low = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  const high = [Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const stroke of drawing)
    for (const point of stroke)
      for (const axis of [0, 1]) {
        low[axis] = Math.min(low[axis], point[axis]);
        high[axis] = Math.max(high[axis], point[axis]);
      }
  // Divided by 2 before the addition, so that no finite coordinate overflows.
  const half = Math.max(high[0] / 2 - low[0] / 2, high[1] / 2 - low[1] / 2);
  const scale = half > 0 ? (SIDE / 2 - MARGIN) / half : 0;
  const [x, y] = [low[0] / 2 + high[0] / 2, low[1] / 2 + high[1] / 2];
  return { scale, left: SIDE / 2 - scale * x, top: SIDE / 2 - scale * y };
}

type Point = readonly [x: number, y: number];

/** Raise the coverage of the pixels near a segment. */
function cover(coverage: Float32Array, [fromX, fromY]: Point, [toX, toY]: Point): void {
  const reach = WIDTH / 2 + 0.5;
  const [dx, dy] = [toX - fromX, toY - fromY];
  const squared = dx * dx + dy * dy;
  const first = (a: number, b: number) => Math.max(0, Math.ceil(Math.min(a, b) - reach - 0.5));
  const last = (a: number, b: number) => Math.min(SIDE - 1, Math.floor(Math.max(a, b) + reach - 0.5));
  for (let row = first(fromY, toY); row <= last(fromY, toY); row++)
    for (let column = first(fromX, toX); column <= last(fromX, toX); column++) {
      const [x, y] = [column + 0.5 - fromX, row + 0.5 - fromY];
      const along = squared > 0 ? Math.max(0, Math.min(1, (x * dx + y * dy) / squared)) : 0;
      const covered = Math.min(1, reach - Math.hypot(x - along * dx, y - along * dy));
      const at = row * SIDE + column;
      if (covered > coverage[at]) coverage[at] = covered;
    }
}
