/** Previews of raw values of any kind: SVG fragments that fill a square. */

import { evenRanges } from "../../base/array.js";
import { loadSharp } from "../../base/sharp.js";
import {
  decodeAudio,
  decodeImage,
  Media,
  type ModalityKind,
  type Strokes,
  shown,
} from "../../modality/index.js";
import type { Square } from "../../picture/cells.js";
import { point, polyline } from "../../picture/marks.js";
import { COLOURS, element, text } from "../../picture/svg.js";

type Draw = (value: unknown, square: Square, where: string) => Promise<string> | string;

/** Draw a value in a square; kinds without a picture are drawn as text. `where` is the position of the value, for errors. */
export async function preview(
  kind: ModalityKind,
  value: unknown,
  square: Square,
  where: string,
): Promise<string> {
  return (pictures[kind] ?? words)(value, square, where);
}

/** An image as PNG of at most twice the side, for screens of high density. Smaller images keep their size. */
async function image(value: unknown, { x, y, side }: Square, where: string): Promise<string> {
  const { width, height, channels, data } = await decodeImage(value, where);
  const raw = { width, height, channels: channels as 1 | 2 | 3 | 4 };
  const fit = { fit: "inside", withoutEnlargement: true } as const;
  const sharp = await loadSharp();
  const png = await sharp(data, { raw })
    .resize(2 * side, 2 * side, fit)
    .png()
    .toBuffer();
  const href = `data:image/png;base64,${png.toString("base64")}`;
  return element("image", { x, y, width: side, height: side, href });
}

/** Strokes in different colours, each with a point at its start. */
function strokes(value: unknown, { x, y, side }: Square): string {
  const drawing = value as Strokes;
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const [px, py] of drawing.flat()) {
    [left, right] = [Math.min(left, px), Math.max(right, px)];
    [top, bottom] = [Math.min(top, py), Math.max(bottom, py)];
  }
  const scale = (side - 14) / Math.max(right - left, bottom - top, 1e-9);
  const at = ([px, py]: readonly [number, number]): [number, number] => [
    oneDecimal(x + 7 + (px - left) * scale),
    oneDecimal(y + 7 + (py - top) * scale),
  ];
  return drawing
    .map((stroke, i) => {
      const colour = `hsl(${(i * 137) % 360} 60% 42%)`;
      const line = { "stroke-width": 2, "stroke-linecap": "round", "stroke-linejoin": "round" };
      const start = point(...at(stroke[0]), { r: 2.2, fill: colour });
      return `${polyline(stroke.map(at), { stroke: colour, ...line })}${start}`;
    })
    .join("");
}

/** A line plot of the first 256 components against their index, scaled to their range. */
function vector(value: unknown, { x, y, side }: Square): string {
  const numbers = Array.from(value as ArrayLike<number>).slice(0, 256);
  const [low, high] = [Math.min(...numbers), Math.max(...numbers)];
  const points = numbers.map((number, i): [number, number] => {
    const across = numbers.length > 1 ? i / (numbers.length - 1) : 0.5;
    const up = high > low ? (number - low) / (high - low) : 0.5;
    return [oneDecimal(x + 4 + across * (side - 8)), oneDecimal(y + side - 4 - up * (side - 8))];
  });
  return polyline(points, { stroke: COLOURS[0], "stroke-width": 1.2 });
}

/** Round a coordinate to 0.1 pixels. */
const oneDecimal = (value: number): number => Number(value.toFixed(1));

const lineHeight = 10;

/** The beginning of a text or text file, in lines of fixed width. */
async function words(value: unknown, { x, y, side }: Square): Promise<string> {
  const bytes = value instanceof Media ? await value.head(400) : undefined;
  const content = bytes
    ? new TextDecoder().decode(bytes)
    : typeof value === "string"
      ? value.slice(0, 400)
      : cells(value);
  const perLine = Math.floor((side - 4) / 4.9);
  const lines = content
    .split("\n")
    .flatMap((line) => line.match(new RegExp(`.{1,${perLine}}`, "gu")) ?? [""]);
  return lines
    .slice(0, Math.floor((side - 4) / lineHeight))
    .map((line, i) =>
      text(x + 2, y + (i + 1) * lineHeight, line, { "font-family": "monospace", "font-size": 8 }),
    )
    .join("");
}

/** A row of a table, one line per cell. */
const cells = (value: unknown): string =>
  typeof value === "object" && value !== null && !Array.isArray(value)
    ? Object.entries(value)
        .map(([name, cell]) => `${name} ${shown(cell)}`)
        .join("\n")
    : shown(value);

/** A waveform: the range of the samples per pixel, scaled to the peak. */
async function audio(value: unknown, { x, y, side }: Square, where: string): Promise<string> {
  const { samples } = await decodeAudio(value, where);
  const peak = samples.reduce((most, sample) => Math.max(most, Math.abs(sample)), 1e-9);
  const bars = evenRanges(samples.length, Math.min(side - 8, samples.length)).map(([start, end], i) => {
    const part = samples.subarray(start, end);
    const at = (sample: number) => (y + side / 2 - (sample / peak) * (side / 2 - 4)).toFixed(1);
    const [low, high] = [part.reduce((a, b) => Math.min(a, b)), part.reduce((a, b) => Math.max(a, b))];
    return `M${x + 4 + i} ${at(high)}V${at(low)}`;
  });
  return element("path", { d: bars.join(""), stroke: COLOURS[0], "stroke-linecap": "round", fill: "none" });
}

const pictures: Readonly<Partial<Record<ModalityKind, Draw>>> = { image, strokes, vector, audio };
