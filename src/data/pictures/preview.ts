/** Previews of raw values of every kind: SVG fragments in a square of `side` pixels at (x, y). */

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
import { escaped } from "../../picture/svg.js";

/** Position and size of a fragment, in pixels. */
interface Place {
  readonly x: number;
  readonly y: number;
  readonly side: number;
}

type Draw = (value: unknown, place: Place, where: string) => Promise<string> | string;

/** The preview of a value of `kind`; kinds without a picture are written as text. `where` names the value in errors. */
export async function preview(
  kind: ModalityKind,
  value: unknown,
  place: Place,
  where: string,
): Promise<string> {
  return (pictures[kind] ?? words)(value, place, where);
}

/** An image, resized to fit if it is larger; smaller ones are left for the viewer to scale. */
async function image(value: unknown, { x, y, side }: Place, where: string): Promise<string> {
  const { width, height, channels, data } = await decodeImage(value, where);
  const raw = { width, height, channels: channels as 1 | 2 | 3 | 4 };
  const fit = { fit: "inside", withoutEnlargement: true } as const;
  const sharp = await loadSharp();
  const png = await sharp(data, { raw })
    .resize(2 * side, 2 * side, fit)
    .png()
    .toBuffer();
  return `<image x="${x}" y="${y}" width="${side}" height="${side}" href="data:image/png;base64,${png.toString("base64")}"/>`;
}

/** Strokes, each in another colour, with a dot at its start. */
function strokes(value: unknown, { x, y, side }: Place): string {
  const drawing = value as Strokes;
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const [px, py] of drawing.flat()) {
    [left, right] = [Math.min(left, px), Math.max(right, px)];
    [top, bottom] = [Math.min(top, py), Math.max(bottom, py)];
  }
  const scale = (side - 14) / Math.max(right - left, bottom - top, 1e-9);
  const at = ([px, py]: readonly [number, number]) =>
    `${(x + 7 + (px - left) * scale).toFixed(1)},${(y + 7 + (py - top) * scale).toFixed(1)}`;
  return drawing
    .map((stroke, i) => {
      const colour = `hsl(${(i * 137) % 360} 60% 42%)`;
      const [cx, cy] = at(stroke[0]).split(",");
      return `<polyline points="${stroke.map(at).join(" ")}" fill="none" stroke="${colour}" stroke-width="2" stroke-linecap="round" stroke-linejoin="round"/><circle cx="${cx}" cy="${cy}" r="2.2" fill="${colour}"/>`;
    })
    .join("");
}

/** A vector as a line plot, scaled to its range. */
function vector(value: unknown, { x, y, side }: Place): string {
  const numbers = Array.from(value as ArrayLike<number>).slice(0, 256);
  const [low, high] = [Math.min(...numbers), Math.max(...numbers)];
  const points = numbers.map((number, i) => {
    const across = numbers.length > 1 ? i / (numbers.length - 1) : 0.5;
    const up = high > low ? (number - low) / (high - low) : 0.5;
    return `${(x + 4 + across * (side - 8)).toFixed(1)},${(y + side - 4 - up * (side - 8)).toFixed(1)}`;
  });
  return `<polyline points="${points.join(" ")}" fill="none" stroke="#4269d0" stroke-width="1.2"/>`;
}

const lineHeight = 10;

/** The beginning of a text or text file, wrapped to lines of fixed width. */
async function words(value: unknown, { x, y, side }: Place): Promise<string> {
  const bytes = value instanceof Media ? await value.head(400) : undefined;
  const text = bytes
    ? new TextDecoder().decode(bytes)
    : typeof value === "string"
      ? value.slice(0, 400)
      : cells(value);
  const perLine = Math.floor((side - 4) / 4.9);
  const lines = text.split("\n").flatMap((line) => line.match(new RegExp(`.{1,${perLine}}`, "gu")) ?? [""]);
  return lines
    .slice(0, Math.floor((side - 4) / lineHeight))
    .map((line, i) => {
      const at = y + (i + 1) * lineHeight;
      return `<text x="${x + 2}" y="${at}" font-family="monospace" font-size="8">${escaped(line)}</text>`;
    })
    .join("");
}

/** A row of a table, one cell per line. */
const cells = (value: unknown): string =>
  typeof value === "object" && value !== null && !Array.isArray(value)
    ? Object.entries(value)
        .map(([name, cell]) => `${name} ${shown(cell)}`)
        .join("\n")
    : shown(value);

/** A waveform: the range of the samples at each pixel, scaled to the largest magnitude. */
async function audio(value: unknown, { x, y, side }: Place, where: string): Promise<string> {
  const { samples } = await decodeAudio(value, where);
  const loudest = samples.reduce((most, sample) => Math.max(most, Math.abs(sample)), 1e-9);
  const bars = evenRanges(samples.length, Math.min(side - 8, samples.length)).map(([start, end], i) => {
    const part = samples.subarray(start, end);
    const at = (sample: number) => (y + side / 2 - (sample / loudest) * (side / 2 - 4)).toFixed(1);
    const [low, high] = [part.reduce((a, b) => Math.min(a, b)), part.reduce((a, b) => Math.max(a, b))];
    return `M${x + 4 + i} ${at(high)}V${at(low)}`;
  });
  return `<path d="${bars.join("")}" stroke="#4269d0" stroke-linecap="round" fill="none"/>`;
}

const pictures: Readonly<Partial<Record<ModalityKind, Draw>>> = { image, strokes, vector, audio };
