/**
 * Decodes BMP and ICO files, which sharp does not read: BMP of 1, 2, 4, 8, 16, 24 and 32 bits, with palettes, bit masks and
 * run lengths (RLE4, RLE8), bottom-up or top-down; the largest image of an ICO, a bitmap or a PNG.
 *
 * Implemented here, since the maintained packages allocate what a header claims and drop masks, run lengths or alpha.
 */

import type { RawImage } from "./raw.js";

/** The layout of the pixels of a bitmap. */
interface Layout {
  readonly width: number;
  readonly height: number;
  readonly fromTop: boolean;
  readonly bits: number;
  /** 0 none, 1 RLE8, 2 RLE4, 3 and 6 bit masks. */
  readonly compression: number;
  readonly masks: readonly [red: number, green: number, blue: number, alpha: number];
  /** `[red, green, blue]` by number, for 8 bits and fewer. */
  readonly palette: readonly (readonly [number, number, number])[];
  /** Offset of the pixels. */
  readonly start: number;
}

const isSmall = (length: number) => length === 12;

/** The width and height in the header of a bitmap, which begins at `at`. */
export function bitmapSize(bytes: Uint8Array, at = 14): [width: number, height: number] {
  const view = viewOf(bytes);
  if (isSmall(view.getUint32(at, true))) return [view.getUint16(at + 4, true), view.getUint16(at + 6, true)];
  return [Math.abs(view.getInt32(at + 4, true)), Math.abs(view.getInt32(at + 8, true))];
}

/** Decode a BMP file to RGBA. @throws {Error} for a damaged file */
export function decodeBmp(bytes: Uint8Array): RawImage {
  const layout = layoutOf(bytes, 14, viewOf(bytes).getUint32(10, true));
  const data = rgbaOf(bytes, layout);
  return { width: layout.width, height: layout.height, channels: 4, data };
}

/** Decode the largest image of an ICO file: the bytes of a PNG, or pixels. @throws {Error} for a damaged file */
export function decodeIco(bytes: Uint8Array): { png: Uint8Array } | RawImage {
  const { start, length } = largestOf(bytes);
  const entry = bytes.subarray(start, start + length);
  if (entry.length < 16 || entry.length < length) throw new Error("the file is cut off");
  if (entry[0] === 0x89 && entry[1] === 0x50) return { png: entry };
  const view = viewOf(entry);
  // The height includes the transparency mask below the image.
  const layout = layoutOf(entry, 0, undefined, 2);
  const data = rgbaOf(entry, layout);
  const { width, height, bits } = layout;
  const hasAlpha = bits === 32 && data.some((value, i) => i % 4 === 3 && value > 0);
  const maskStart = layout.start + height * rowBytes(width, bits);
  const maskRow = rowBytes(width, 1);
  if (!hasAlpha)
    for (let y = 0; y < height; y++)
      for (let x = 0; x < width; x++) {
        const at = maskStart + (height - 1 - y) * maskRow + (x >> 3);
        const isClear = at < entry.length && (view.getUint8(at) >> (7 - (x & 7))) & 1;
        data[4 * (y * width + x) + 3] = isClear ? 0 : 255;
      }
  return { width, height, channels: 4, data };
}

/** The size of the largest image of an ICO file. */
export function iconSize(bytes: Uint8Array): [width: number, height: number] {
  const { width, height } = largestOf(bytes);
  return [width, height];
}

/** The largest image in the directory of an ICO file, of equal ones the deepest; a width of 0 is 256. */
function largestOf(bytes: Uint8Array): { width: number; height: number; start: number; length: number } {
  const view = viewOf(bytes);
  const count = view.getUint16(4, true);
  const entries = Array.from({ length: count }, (_, i) => 6 + 16 * i)
    .filter((at) => at + 16 <= bytes.length)
    .map((at) => ({
      width: bytes[at] || 256,
      height: bytes[at + 1] || 256,
      bits: view.getUint16(at + 6, true),
      length: view.getUint32(at + 8, true),
      start: view.getUint32(at + 12, true),
    }));
  if (entries.length === 0) throw new Error("there is no picture in it");
  return entries.reduce((best, entry) =>
    entry.width * entry.height > best.width * best.height ||
    (entry.width * entry.height === best.width * best.height && entry.bits > best.bits)
      ? entry
      : best,
  );
}

const viewOf = (bytes: Uint8Array) => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/** Number of bytes of a row, padded to a multiple of four. */
const rowBytes = (width: number, bits: number) => 4 * Math.ceil((width * bits) / 32);

/** Read a bitmap's header at `at`; `pixels` is where a file header puts the pixels, and the height is divided by `halves`. */
function layoutOf(bytes: Uint8Array, at: number, pixels: number | undefined, halves = 1): Layout {
  const view = viewOf(bytes);
  const length = view.getUint32(at, true);
  const [width, claimed] = bitmapSize(bytes, at);
  const height = Math.floor(claimed / halves);
  const small = isSmall(length);
  const fromTop = !small && view.getInt32(at + 8, true) < 0;
  const bits = view.getUint16(at + (small ? 10 : 14), true);
  const compression = small ? 0 : view.getUint32(at + 16, true);
  if (width < 1 || height < 1) throw new Error(`the size is ${width}×${height}`);
  if (![1, 2, 4, 8, 16, 24, 32].includes(bits)) throw new Error(`a pixel has ${bits} bits`);
  if (![0, 1, 2, 3, 6].includes(compression)) throw new Error(`the compression is ${compression}`);
  let end = at + length;
  const masks: [number, number, number, number] =
    bits === 16 ? [0x7c00, 0x3e0, 0x1f, 0] : [0xff0000, 0xff00, 0xff, bits === 32 ? 0xff000000 : 0];
  if (compression === 3 || compression === 6) {
    // Masks stand in the header from its second version on, else behind it.
    const given = length > 40 ? Math.floor((length - 40) / 4) : compression === 6 ? 4 : 3;
    for (let i = 0; i < 4; i++) masks[i] = i < given ? view.getUint32(at + 40 + 4 * i, true) : 0;
    if (length <= 40) end += 4 * given;
  }
  const used = small ? 0 : view.getUint32(at + 32, true);
  const colours = bits <= 8 ? Math.min(used || 2 ** bits, 2 ** bits) : 0;
  const step = small ? 3 : 4;
  const palette = Array.from({ length: colours }, (_, i) => {
    const [blue = 0, green = 0, red = 0] = bytes.subarray(end + step * i, end + step * i + 3);
    return [red, green, blue] as const;
  });
  return { width, height, fromTop, bits, compression, masks, palette, start: pixels ?? end + step * colours };
}

function rgbaOf(bytes: Uint8Array, layout: Layout): Uint8Array {
  const { width, height, fromTop, bits, compression, start } = layout;
  const row = rowBytes(width, bits);
  const packed = compression === 1 || compression === 2;
  if (!packed && start + row * height > bytes.length + 3)
    throw new Error(`the file ends after ${bytes.length} of ${start + row * height} bytes`);
  const numbers = packed ? unpacked(bytes, layout) : undefined;
  const out = new Uint8Array(4 * width * height);
  const colour = colourOf(layout);
  for (let y = 0; y < height; y++) {
    const from = start + (fromTop ? y : height - 1 - y) * row;
    for (let x = 0; x < width; x++) {
      const number = numbers ? numbers[(height - 1 - y) * width + x] : numberAt(bytes, from, x, bits);
      colour(number, out, 4 * (y * width + x));
    }
  }
  // Alpha that is 0 everywhere was never written.
  if (out.every((value, i) => i % 4 !== 3 || value === 0))
    for (let i = 3; i < out.length; i += 4) out[i] = 255;
  return out;
}

/** The number of the pixel `x` in the row that begins at `from`. */
function numberAt(bytes: Uint8Array, from: number, x: number, bits: number): number {
  if (bits <= 8) {
    const each = 8 / bits;
    return (bytes[from + Math.floor(x / each)] >> (bits * (each - 1 - (x % each)))) & (2 ** bits - 1);
  }
  const at = from + (x * bits) / 8;
  let number = 0;
  for (let i = bits / 8 - 1; i >= 0; i--) number = number * 256 + (bytes[at + i] ?? 0);
  return number;
}

/** Writes the colour of a pixel's number: that of the palette, or the parts under the masks, scaled to 255. */
function colourOf({ bits, masks, palette }: Layout): (number: number, out: Uint8Array, at: number) => void {
  if (bits <= 8)
    return (number, out, at) => {
      const colour = palette[number] ?? [0, 0, 0];
      for (let c = 0; c < 3; c++) out[at + c] = colour[c];
      out[at + 3] = 255;
    };
  const parts = masks.map((mask) => {
    const shift = mask === 0 ? 0 : 31 - Math.clz32(mask & -mask);
    return { mask, shift, most: mask >>> shift };
  });
  return (number, out, at) => {
    for (const [c, { mask, shift, most }] of parts.entries())
      out[at + c] = most === 0 ? (c === 3 ? 255 : 0) : Math.round((255 * ((number & mask) >>> shift)) / most);
  };
}

/** The numbers of run-length packed pixels, from the bottom row up; what is skipped is 0. */
function unpacked(bytes: Uint8Array, { width, height, compression, start }: Layout): Uint8Array {
  const out = new Uint8Array(width * height);
  const bits = compression === 1 ? 8 : 4;
  let [x, y] = [0, 0];
  const put = (number: number) => {
    if (x < width && y < height) out[y * width + x] = number;
    x++;
  };
  const nibble = (byte: number, i: number) => (bits === 8 ? byte : i % 2 ? byte & 15 : byte >> 4);
  for (let at = start; at + 1 < bytes.length && y < height; at += 2) {
    const [count, value] = [bytes[at], bytes[at + 1]];
    if (count > 0) for (let i = 0; i < count; i++) put(nibble(value, i));
    else if (value === 0) [x, y] = [0, y + 1];
    else if (value === 1) return out;
    else if (value === 2) {
      x += bytes[at + 2] ?? 0;
      y += bytes[at + 3] ?? 0;
      at += 2;
    } else {
      for (let i = 0; i < value; i++) put(nibble(bytes[at + 2 + Math.floor((i * bits) / 8)] ?? 0, i));
      at += 2 * Math.ceil((value * bits) / 16);
    }
  }
  if (y < height - 1 || (y === height - 1 && x < width)) throw new Error("the file is cut off");
  return out;
}
