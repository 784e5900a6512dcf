/** Compares strokes as rendered pictures. */

import type { Strokes } from "../../../modality/index.js";
import { gradientWidth, pictureDistance, side, writeGradients } from "./picture.js";
import type { Comparer } from "./types.js";

interface Kept {
  readonly drawn: Uint8Array;
  readonly content: string;
}

const margin = 3;

/** Render a drawing, scaled to fill a `side` × `side` box with its aspect ratio kept. */
function draw(drawing: Strokes): Uint8Array {
  const points = drawing.flat();
  const [low, high] = [Math.min, Math.max].map((pick) =>
    points.reduce(([px, py], [x, y]) => [pick(px, x), pick(py, y)] as const),
  );
  const scale = (side - 2 * margin - 1) / Math.max(high[0] - low[0], high[1] - low[1], 1e-9);
  const ink = new Float32Array(side * side);
  const dot = (x: number, y: number) => {
    const [px, py] = [margin + (x - low[0]) * scale, margin + (y - low[1]) * scale];
    const [left, top] = [Math.floor(px), Math.floor(py)];
    for (const [column, row] of [0, 1].flatMap((a) => [0, 1].map((b) => [left + a, top + b]))) {
      const weight = (1 - Math.abs(px - column)) * (1 - Math.abs(py - row));
      ink[row * side + column] = Math.max(ink[row * side + column], 255 * weight);
    }
  };
  for (const stroke of drawing)
    for (const [i, [x, y]] of stroke.entries()) {
      const [fromX, fromY] = stroke[Math.max(0, i - 1)];
      const steps = Math.max(1, Math.ceil(2 * scale * Math.hypot(x - fromX, y - fromY)));
      for (let k = 1; k <= steps; k++)
        dot(fromX + ((x - fromX) * k) / steps, fromY + ((y - fromY) * k) / steps);
    }
  return Uint8Array.from(ink);
}

export const strokes: Comparer<Kept> = {
  read: async (value) => ({ drawn: draw(value as Strokes), content: JSON.stringify(value) }),
  content: ({ content }) => content,
  features(kept) {
    const data = new Float32Array(kept.length * gradientWidth);
    for (const [i, { drawn }] of kept.entries())
      writeGradients(drawn, data.subarray(i * gradientWidth, (i + 1) * gradientWidth));
    return { data, width: gradientWidth };
  },
  distance: (a, b) => pictureDistance(a.drawn, b.drawn),
  near: 0.02,
};
