/**
 * Converts drawings in any of these forms to `[[[x, y], …], …]`:
 *
 *   [[[x, y, t, …], …], …]            points of two or more numbers: position, then time, pressure, …
 *   [[[x…], [y…]], …], [[x…], [y…], [t…]]   lists of coordinates, as in Quick, Draw!
 *   [{ x, y, t }, …], { points }, { x: […], y: […] }   objects: a stroke or a drawing
 *   [[x, y, pen], …]                  offsets and pen states, with the `format` stroke-3 (Sketch-RNN) or stroke-5
 *   M 10 10 L 90 90 …                 SVG path data
 *
 * A drawing all of whose strokes are two lists of two numbers is ambiguous: it is read as points, unless `format` is `lists`.
 */

import { svgPathStrokes } from "./svg-path.js";
import type { Strokes } from "./types.js";

/** The values of the option `format`. */
export const strokeFormats = ["points", "lists", "stroke-3", "stroke-5"] as const;
export type StrokeFormat = (typeof strokeFormats)[number];

type Point = readonly [x: number, y: number];

const isNumbers = (value: unknown): value is number[] =>
  (Array.isArray(value) || ArrayBuffer.isView(value)) &&
  Array.from(value as ArrayLike<unknown>).every(Number.isFinite);

/** Whether a stroke is lists of coordinates: `yes`, `no`, or `maybe` for two lists of two numbers. */
function isLists(stroke: unknown): "yes" | "no" | "maybe" {
  if (!Array.isArray(stroke) || stroke.length < 2 || stroke.length > 4 || !stroke.every(isNumbers))
    return "no";
  const [first] = stroke as number[][];
  if (first.length === 0 || !stroke.every(({ length }) => length === first.length)) return "no";
  // Two lists of two may also be two points, and three of two three points.
  if (stroke.length === 2 && first.length === 2) return "maybe";
  // Points have at least two numbers, and rarely as many numbers as there are points.
  if (first.length === 1) return "yes";
  if (stroke.length === 2) return "yes";
  return first.length === 2 ? "no" : first.length > 4 || isIncreasing(stroke[2]) ? "yes" : "no";
}

const isIncreasing = (numbers: readonly number[]) => numbers.every((x, i) => i === 0 || x >= numbers[i - 1]);

/** Whether the strokes of a drawing, together, are lists of coordinates, may be lists, or are not. */
export function formOf(value: unknown): "lists" | "ambiguous" | "other" {
  if (!Array.isArray(value) || value.length === 0) return "other";
  const forms = value.map(isLists);
  if (forms.includes("no")) return "other";
  return forms.includes("yes") ? "lists" : "ambiguous";
}

/** The strokes of a drawing in any of the forms; undefined for any other value. */
export function drawingOf(value: unknown, format?: StrokeFormat): Strokes | undefined {
  if (typeof value === "string") return svgPathStrokes(value);
  if (Array.isArray(value)) {
    if (format === "stroke-3" || format === "stroke-5") return offsets(value, format);
    if (value.length > 0 && value.every(isXY)) return strokesOf([value]);
    const points = format === "points" ? strokesOf(value) : undefined;
    if (points) return points;
    const form = formOf(value);
    if (form === "lists" || (form === "ambiguous" && format === "lists"))
      return (value as number[][][]).map(([x, y]) => x.map((_, i): Point => [x[i], y[i]]));
    return strokesOf(value);
  }
  if (typeof value !== "object" || value === null) return undefined;
  for (const key of ["strokes", "drawing", "lines", "paths"])
    if (key in value) return drawingOf((value as Record<string, unknown>)[key], format);
  return strokesOf([value]);
}

const isXY = (value: unknown): value is { x: number; y: number } =>
  typeof value === "object" &&
  value !== null &&
  "x" in value &&
  "y" in value &&
  Number.isFinite(value.x) &&
  Number.isFinite(value.y);

function strokesOf(strokes: readonly unknown[]): Strokes | undefined {
  const read = strokes.map(strokeOf);
  return read.length > 0 && read.every((stroke) => stroke !== undefined) ? read : undefined;
}

/** A stroke given as points, as objects, or as named lists. */
function strokeOf(stroke: unknown): Point[] | undefined {
  if (typeof stroke === "object" && stroke !== null && "points" in stroke) return strokeOf(stroke.points);
  if (typeof stroke === "object" && stroke !== null && "x" in stroke && "y" in stroke) {
    const { x, y } = stroke;
    if (isXY(stroke)) return [[stroke.x, stroke.y]];
    if (!isNumbers(x) || !isNumbers(y) || x.length !== y.length || x.length === 0) return undefined;
    return x.map((_, i): Point => [x[i], y[i]]);
  }
  if (!Array.isArray(stroke) || stroke.length === 0) return undefined;
  const points = stroke.map((point): Point | undefined => {
    if (isXY(point)) return [point.x, point.y];
    return isNumbers(point) && point.length >= 2 && point.length <= 8 ? [point[0], point[1]] : undefined;
  });
  return points.every((point) => point !== undefined) ? points : undefined;
}

/** Accumulate offsets (Ha and Eck, 2017). The pen state of stroke-3 is 1 at the last point of a stroke; stroke-5 has three states, one-hot. */
function offsets(steps: readonly unknown[], format: "stroke-3" | "stroke-5"): Strokes | undefined {
  const width = format === "stroke-3" ? 3 : 5;
  const strokes: Point[][] = [];
  let [x, y, lifted] = [0, 0, true];
  for (const step of steps) {
    if (!isNumbers(step) || step.length !== width) return undefined;
    if (width === 5 && step[4] === 1) break;
    [x, y] = [x + step[0], y + step[1]];
    if (lifted) strokes.push([]);
    strokes[strokes.length - 1].push([x, y]);
    lifted = width === 3 ? step[2] === 1 : step[3] === 1;
  }
  return strokes.length > 0 ? strokes : undefined;
}
