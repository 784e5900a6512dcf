/**
 * Reads small plain PNGs: 8 bits, grey or RGB, not interlaced, no transparency or colour profile.
 *
 * Implemented here, since sharp takes 0.3 ms per image of any size and this 0.02 ms, and few-shot data sets have tens of
 * thousands of tiny images. Anything else, including damaged files, is left to sharp.
 */

import { concatenated } from "../../base/bytes.js";
import { unzlib } from "../../base/inflate.js";
import type { RawImage } from "./raw.js";

const signature = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
const largest = 256 * 256;
const harmless = new Set(["IHDR", "IDAT", "IEND", "pHYs", "tEXt", "tIME"]);

/** Whether bytes have the signature of a PNG. */
export const isPng = (bytes: Uint8Array): boolean => signature.every((byte, i) => bytes[i] === byte);

/** The pixels of a small plain PNG; undefined for other files. */
export function decodePlainPng(bytes: Uint8Array): RawImage | undefined {
  if (!isPng(bytes) || bytes.length < 45) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const [width, height] = [view.getUint32(16), view.getUint32(20)];
  const [depth, colour, interlace] = [bytes[24], bytes[25], bytes[28]];
  const channels = colour === 0 ? 1 : 3;
  if (depth !== 8 || (colour !== 0 && colour !== 2) || interlace !== 0) return undefined;
  if (width * height === 0 || width * height > largest) return undefined;
  const packed = imageData(bytes, view);
  if (!packed) return undefined;
  const stride = width * channels;
  try {
    const lines = unzlib(packed, height * (stride + 1));
    if (lines.length !== height * (stride + 1)) return undefined;
    const data = unfilter(lines, height, stride, channels);
    return data && { width, height, channels, data };
  } catch {
    return undefined;
  }
}

/** The concatenated IDAT chunks; undefined if a chunk is truncated or may change the meaning of pixels. */
function imageData(bytes: Uint8Array, view: DataView): Uint8Array | undefined {
  const parts: Uint8Array[] = [];
  for (let at = 8; at + 12 <= bytes.length; ) {
    const length = view.getUint32(at);
    const type = String.fromCharCode(bytes[at + 4], bytes[at + 5], bytes[at + 6], bytes[at + 7]);
    if (at + 12 + length > bytes.length || !harmless.has(type)) return undefined;
    if (type === "IDAT") parts.push(bytes.subarray(at + 8, at + 8 + length));
    if (type === "IEND") return parts.length === 1 ? parts[0] : concatenated(parts);
    at += 12 + length;
  }
  return undefined;
}

/** Undo the five line filters (PNG specification, section 9); undefined for an unknown filter. */
function unfilter(lines: Uint8Array, height: number, stride: number, step: number): Uint8Array | undefined {
  const out = new Uint8Array(height * stride);
  for (let y = 0; y < height; y++) {
    const filter = lines[y * (stride + 1)];
    if (filter > 4) return undefined;
    const from = y * (stride + 1) + 1;
    const to = y * stride;
    for (let i = 0; i < stride; i++) {
      const left = i >= step ? out[to + i - step] : 0;
      const up = y > 0 ? out[to + i - stride] : 0;
      const corner = i >= step && y > 0 ? out[to + i - stride - step] : 0;
      out[to + i] = lines[from + i] + predict(filter, left, up, corner);
    }
  }
  return out;
}

function predict(filter: number, left: number, up: number, corner: number): number {
  if (filter === 0) return 0;
  if (filter === 1) return left;
  if (filter === 2) return up;
  if (filter === 3) return (left + up) >> 1;
  const [a, b, c] = [Math.abs(up - corner), Math.abs(left - corner), Math.abs(left + up - 2 * corner)];
  if (a <= b && a <= c) return left;
  return b <= c ? up : corner;
}
