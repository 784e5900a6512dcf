/**
 * The strokes kind: pen drawings `[[[x, y], …], …]`, encoded as float32 `[5, points]`.
 *
 * The drawing is centred and scaled to the box [−1, 1]² with its aspect ratio kept, then resampled to `points` points equally
 * spaced along the arc length of all strokes, in drawing order. Each stroke gets at least one point (its middle, if it is only
 * one); if there are more strokes than points, the longest are kept. Channels:
 *
 *   0, 1  x, y: the position
 *   2, 3  dx, dy: the step from the previous point of the stroke (at its first point: to the next), divided by
 *         the mean step of the drawing; 0 for a stroke of one point
 *   4     pen: 1 at the first point of a stroke, else 0
 *
 * Augmentation applies a small random rotation, scaling, shear and translation.
 */

import { z } from "zod";
import { InputError } from "../../base/errors.js";
import { around } from "../image/warp.js";
import { describe, type Modality, type ModalitySpec, shown } from "../modality.js";
import { parseOptions } from "../options.js";
import { drawingOf, type StrokeFormat, strokeFormats } from "./forms.js";
import type { Strokes } from "./types.js";

/** `shape` is `[5, points]`: x, y, dx, dy, pen. */
export interface StrokesSpec extends ModalitySpec {
  readonly kind: "strokes";
  readonly shape: readonly [channels: 5, points: number];
  /** The form of ambiguous drawings, if the data set states it. */
  readonly format?: StrokeFormat;
}

const points = z.int().min(2).max(4096);
const schema = z.strictObject({
  points: points.default(64).describe("a whole number from 2 to 4096"),
  format: z.enum(strokeFormats).optional().describe(strokeFormats.join(", ")),
});

/**
 * Options: `points` (64), the number of points after resampling, and `format`, the form of ambiguous drawings (forms.ts).
 */
export const strokes: Modality<StrokesSpec> = {
  spec: z.strictObject({
    kind: z.literal("strokes"),
    shape: z.tuple([z.literal(5), points]).readonly(),
    format: z.enum(strokeFormats).optional(),
  }),

  read: (value, { format }) => drawingOf(value, format as StrokeFormat | undefined) ?? value,

  files: { extensions: ["inkml"] },
  check: checkStrokes,
  sizeOf: (value) => ({ of: "points", size: (value as Strokes).flat().length }),

  async plan(_samples, options, where) {
    const { points, format } = parseOptions(schema, options, where);
    return { kind: "strokes", shape: [5, points], ...(format && { format }) };
  },

  async encode(value, { shape: [, points] }, where) {
    checkStrokes(value, where);
    return resample(toUnitBox(value), points);
  },

  augment(array, { shape: [, points] }, random) {
    const angle = around(random, 0.2);
    const [wide, tall] = [1 + around(random, 0.15), 1 + around(random, 0.15)];
    const [a, b] = [Math.cos(angle) * wide, -Math.sin(angle) * tall + around(random, 0.15)];
    const [c, d] = [Math.sin(angle) * wide, Math.cos(angle) * tall];
    const [x, y, dx, dy] = [0, 1, 2, 3].map((channel) =>
      array.subarray(channel * points, (channel + 1) * points),
    );
    const [right, up] = [around(random, 0.1), around(random, 0.1)];
    for (let i = 0; i < points; i++) {
      [x[i], y[i]] = [a * x[i] + b * y[i] + right, c * x[i] + d * y[i] + up];
      [dx[i], dy[i]] = [a * dx[i] + b * dy[i], c * dx[i] + d * dy[i]];
    }
  },
};

function checkStrokes(value: unknown, where: string): asserts value is Strokes {
  const fail = (problem: string) => {
    throw new InputError({
      code: "strokes/bad-value",
      where,
      problem,
      expected:
        "strokes as [[[x, y], …], …], [[[x…], [y…]], …], objects of x and y, or SVG path data, of finite numbers",
      remedy: "Correct the drawing, or leave the field out if there is none.",
    });
  };
  if (!Array.isArray(value)) return fail(`${describe(value)} is not a list of strokes`);
  if (value.length === 0) fail("the drawing has no stroke");
  for (const [s, stroke] of value.entries()) {
    if (!Array.isArray(stroke)) return fail(`stroke ${s} is ${describe(stroke)}, not a list of points`);
    if (stroke.length === 0) fail(`stroke ${s} has no point`);
    for (const [p, point] of stroke.entries())
      if (!Array.isArray(point) || point.length !== 2 || !point.every(Number.isFinite))
        fail(`stroke ${s}, point ${p} is ${shown(point)}`);
  }
}

function toUnitBox(drawing: Strokes): Strokes {
  const low = [Infinity, Infinity];
  const high = [-Infinity, -Infinity];
  for (const stroke of drawing)
    for (const point of stroke)
      for (const axis of [0, 1]) {
        low[axis] = Math.min(low[axis], point[axis]);
        high[axis] = Math.max(high[axis], point[axis]);
      }
  // Divided by 2 before the addition, so that no finite coordinate overflows.
  const half = Math.max(high[0] / 2 - low[0] / 2, high[1] / 2 - low[1] / 2) || 1;
  const [cx, cy] = [low[0] / 2 + high[0] / 2, low[1] / 2 + high[1] / 2];
  return drawing.map((stroke) => stroke.map(([x, y]) => [(x - cx) / half, (y - cy) / half] as const));
}

/** Cumulative arc length at each point of a stroke. */
function arcLengths(stroke: Strokes[number]): number[] {
  const lengths = [0];
  for (let i = 1; i < stroke.length; i++)
    lengths.push(
      lengths[i - 1] + Math.hypot(stroke[i][0] - stroke[i - 1][0], stroke[i][1] - stroke[i - 1][1]),
    );
  return lengths;
}

function resample(drawing: Strokes, points: number): Float32Array {
  const measured = drawing.map((stroke, index) => ({ stroke, index, arc: arcLengths(stroke) }));
  const kept = measured
    .sort((a, b) => b.arc.at(-1)! - a.arc.at(-1)! || a.index - b.index)
    .slice(0, points)
    .sort((a, b) => a.index - b.index);
  const counts = share(
    kept.map(({ arc }) => arc.at(-1)!),
    points,
  );
  const out = new Float32Array(5 * points);
  const [x, y, dx, dy, pen] = [0, 1, 2, 3, 4].map((c) => out.subarray(c * points, (c + 1) * points));
  const steps = kept.map(({ arc }, s) => (counts[s] > 1 ? arc.at(-1)! / (counts[s] - 1) : 0));
  const moving = counts.reduce((sum, count) => sum + count - 1, 0);
  const meanStep = counts.reduce((sum, count, s) => sum + steps[s] * (count - 1), 0) / moving || 1;
  let first = 0;
  kept.forEach(({ stroke, arc }, s) => {
    const count = counts[s];
    for (let i = 0, segment = 1; i < count; i++) {
      const at = count === 1 ? arc.at(-1)! / 2 : i * steps[s];
      while (segment < arc.length - 1 && arc[segment] < at) segment++;
      const to = Math.min(segment, stroke.length - 1);
      const from = Math.max(0, to - 1);
      const t = arc[to] > arc[from] ? Math.min(1, (at - arc[from]) / (arc[to] - arc[from])) : 0;
      x[first + i] = stroke[from][0] + t * (stroke[to][0] - stroke[from][0]);
      y[first + i] = stroke[from][1] + t * (stroke[to][1] - stroke[from][1]);
    }
    pen[first] = 1;
    for (let i = 0; count > 1 && i < count; i++) {
      const to = first + Math.max(i, 1);
      dx[first + i] = (x[to] - x[to - 1]) / meanStep;
      dy[first + i] = (y[to] - y[to - 1]) / meanStep;
    }
    first += count;
  });
  return out;
}

/** Allocate `points` to strokes: one each, the rest in proportion to length by largest remainders. */
function share(lengths: number[], points: number): number[] {
  const total = lengths.reduce((a, b) => a + b, 0);
  const weights = total > 0 ? lengths.map((length) => length / total) : lengths.map(() => 1 / lengths.length);
  const quotas = weights.map((weight) => weight * (points - lengths.length));
  const counts = quotas.map((quota) => 1 + Math.floor(quota + 1e-9));
  const left = points - counts.reduce((a, b) => a + b, 0);
  // Rounded, so that remainders that are equal stay equal under scaling, and the earlier stroke wins.
  const remainders = quotas.map((quota, s) => Math.round((quota - counts[s]) * 1e9));
  const order = lengths.map((_, s) => s).sort((a, b) => remainders[b] - remainders[a] || a - b);
  for (const s of order.slice(0, left)) counts[s]++;
  return counts;
}
