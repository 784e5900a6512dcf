/**
 * Resizes a rectangle of an image, as any runtime can repeat: along each axis, output pixel i is
 *
 *   the mean of the input over [i s, (i + 1) s)                 if s = input / output ≥ 1 (area averaging)
 *   linear interpolation of the input at (i + ½) s − ½          if s < 1, clamped to the centres of the border pixels
 *
 * in double precision, rounded once.
 */

import type { RawImage } from "../image/raw.js";

/** A rectangle of pixels. */
export interface Region {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** Weights of consecutive input pixels per output pixel along an axis: `counts[i]` from `starts[i]` on. */
interface Taps {
  readonly starts: Int32Array;
  readonly counts: Int32Array;
  /** The weights of output pixel i begin at `i * stride`. */
  readonly weights: Float64Array;
  readonly stride: number;
}

/** Resize to `rows`×`columns` RGB, interleaved from the top; grey becomes three equal channels. */
export function resized(image: RawImage, region: Region, rows: number, columns: number): Uint8Array {
  const out = new Uint8Array(3 * rows * columns);
  const step = region.width / columns;
  if (isExact(step) && step === region.height / rows) {
    fillByBlocks(image, region, step, columns, out);
    return out;
  }
  const vertical = tapsOf(region.top, region.height, rows);
  const horizontal = tapsOf(region.left, region.width, columns);
  const fill = image.channels === 1 ? fillGrey : fillRgb;
  for (let y = 0; y < rows; y++) fill(image, vertical, horizontal, y, out);
  return out;
}

/**
 * Whether means of step×step pixels are the same by whole sums as by weighted ones: the step is odd, so that no mean is half
 * a level, or a power of two, so that weights are exact.
 */
const isExact = (step: number) => Number.isInteger(step) && (step % 2 === 1 || (step & (step - 1)) === 0);

/** Means of blocks of step×step pixels. */
function fillByBlocks(
  { width, channels, data }: RawImage,
  { left, top }: Region,
  step: number,
  columns: number,
  out: Uint8Array,
): void {
  const area = step * step;
  const isGrey = channels === 1;
  for (let to = 0, y = top; to < out.length; y += step)
    for (let x = 0; x < columns; x++, to += 3) {
      let [red, green, blue] = [0, 0, 0];
      for (let row = y; row < y + step; row++) {
        const from = channels * (row * width + left + x * step);
        const end = from + channels * step;
        if (isGrey) for (let at = from; at < end; at++) red += data[at];
        else
          for (let at = from; at < end; at += 3) {
            red += data[at];
            green += data[at + 1];
            blue += data[at + 2];
          }
      }
      out[to] = red / area + 0.5;
      out[to + 1] = isGrey ? out[to] : green / area + 0.5;
      out[to + 2] = isGrey ? out[to] : blue / area + 0.5;
    }
}

function fillRgb({ width, data }: RawImage, vertical: Taps, horizontal: Taps, y: number, out: Uint8Array) {
  const { starts, counts, weights, stride } = horizontal;
  const [top, rows, start] = [vertical.starts[y], vertical.counts[y], y * vertical.stride];
  const columns = starts.length;
  for (let x = 0, to = 3 * columns * y; x < columns; x++, to += 3) {
    let red = 0;
    let green = 0;
    let blue = 0;
    const first = x * stride;
    const last = first + counts[x];
    for (let j = 0; j < rows; j++) {
      let r = 0;
      let g = 0;
      let b = 0;
      let at = 3 * ((top + j) * width + starts[x]);
      for (let k = first; k < last; k++, at += 3) {
        const weight = weights[k];
        r += weight * data[at];
        g += weight * data[at + 1];
        b += weight * data[at + 2];
      }
      const weight = vertical.weights[start + j];
      red += weight * r;
      green += weight * g;
      blue += weight * b;
    }
    out[to] = red + 0.5;
    out[to + 1] = green + 0.5;
    out[to + 2] = blue + 0.5;
  }
}

function fillGrey({ width, data }: RawImage, vertical: Taps, horizontal: Taps, y: number, out: Uint8Array) {
  const { starts, counts, weights, stride } = horizontal;
  const [top, rows, start] = [vertical.starts[y], vertical.counts[y], y * vertical.stride];
  const columns = starts.length;
  for (let x = 0, to = 3 * columns * y; x < columns; x++, to += 3) {
    let level = 0;
    const first = x * stride;
    const last = first + counts[x];
    for (let j = 0; j < rows; j++) {
      let sum = 0;
      for (let k = first, at = (top + j) * width + starts[x]; k < last; k++, at++)
        sum += weights[k] * data[at];
      level += vertical.weights[start + j] * sum;
    }
    out[to] = level + 0.5;
    out[to + 1] = level + 0.5;
    out[to + 2] = level + 0.5;
  }
}

/** The taps of `output` pixels over `input` pixels from `start` on. */
function tapsOf(start: number, input: number, output: number): Taps {
  const step = input / output;
  const stride = Math.ceil(Math.max(1, step)) + 1;
  const taps = {
    starts: new Int32Array(output),
    counts: new Int32Array(output),
    weights: new Float64Array(output * stride),
    stride,
  };
  for (let i = 0; i < output; i++) {
    // Exact bounds for whole numbers: (i + 1) * input / output may exceed the end by rounding.
    const [from, to] = [(i * input) / output, Math.min(input, ((i + 1) * input) / output)];
    const place = Math.min(input - 1, Math.max(0, (i + 0.5) * step - 0.5));
    const first = Math.floor(step < 1 ? place : from);
    const last = step < 1 ? Math.min(input - 1, first + 1) : Math.ceil(to) - 1;
    taps.starts[i] = start + first;
    taps.counts[i] = last - first + 1;
    for (let pixel = first; pixel <= last; pixel++)
      taps.weights[i * stride + pixel - first] =
        step < 1
          ? Math.max(0, 1 - Math.abs(place - pixel))
          : (Math.min(to, pixel + 1) - Math.max(from, pixel)) / step;
  }
  return taps;
}
