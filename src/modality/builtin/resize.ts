/**
 * Resizes pixels to a square of a given side, as any runtime can repeat: along each axis, output pixel i is
 *
 *   the mean of the input over [i s, (i + 1) s)                 if s = input / output ≥ 1 (area averaging)
 *   linear interpolation of the input at (i + ½) s − ½          if s < 1, clamped to the centres of the border pixels
 *
 * first vertically, then horizontally, in float32, and rounded once at the end.
 */

import type { RawImage } from "../image/raw.js";

/** Weights of consecutive input pixels for each output pixel along an axis: those of output pixel i begin at `starts[i]`. */
interface Taps {
  readonly starts: Int32Array;
  readonly weights: readonly Float32Array[];
}

/** Resize to `height`×`width` RGB, interleaved from the top; grey becomes three equal channels. */
export function resized(image: RawImage, height: number, width: number): Uint8Array {
  const { channels, data } = image;
  const rowLength = image.width * channels;
  const [vertical, horizontal] = [tapsOf(image.height, height), tapsOf(image.width, width)];
  const row = new Float32Array(rowLength);
  const out = new Uint8Array(3 * height * width);
  for (let y = 0; y < height; y++) {
    row.fill(0);
    for (let k = 0; k < vertical.weights[y].length; k++) {
      const weight = vertical.weights[y][k];
      const start = (vertical.starts[y] + k) * rowLength;
      for (let i = 0; i < rowLength; i++) row[i] += weight * data[start + i];
    }
    reduceRow(row, channels, horizontal, out, 3 * width * y);
  }
  return out;
}

/** Resize a row to `out` from position `at` on. */
function reduceRow(
  row: Float32Array,
  channels: number,
  { starts, weights }: Taps,
  out: Uint8Array,
  at: number,
) {
  const [second, third] = channels === 1 ? [0, 0] : [1, 2];
  for (let x = 0; x < weights.length; x++) {
    const taps = weights[x];
    let [red, green, blue] = [0, 0, 0];
    for (let k = 0, i = starts[x] * channels; k < taps.length; k++, i += channels) {
      red += taps[k] * row[i];
      green += taps[k] * row[i + second];
      blue += taps[k] * row[i + third];
    }
    out[at + 3 * x] = red + 0.5;
    out[at + 3 * x + 1] = green + 0.5;
    out[at + 3 * x + 2] = blue + 0.5;
  }
}

function tapsOf(input: number, output: number): Taps {
  const step = input / output;
  const starts = new Int32Array(output);
  const weights = Array.from({ length: output }, (_, i) => {
    if (step < 1) {
      const place = Math.min(input - 1, Math.max(0, (i + 0.5) * step - 0.5));
      starts[i] = Math.min(input - 2, Math.floor(place));
      if (input === 1) starts[i] = 0;
      const fraction = place - starts[i];
      return input === 1 ? Float32Array.of(1) : Float32Array.of(1 - fraction, fraction);
    }
    const [from, to] = [i * step, Math.min(input, (i + 1) * step)];
    starts[i] = Math.floor(from);
    return Float32Array.from({ length: Math.ceil(to - 1e-9) - starts[i] }, (_, k) => {
      const pixel = starts[i] + k;
      return (Math.min(to, pixel + 1) - Math.max(from, pixel)) / step;
    });
  });
  return { starts, weights };
}
