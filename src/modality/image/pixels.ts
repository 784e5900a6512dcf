/** Decodes image values to pixels, with sharp or a decoder of its own for other formats, and scales pixels to a size. */

import { InputError } from "../../base/errors.js";
import { importOptional } from "../../base/optional.js";
import { loadSharp } from "../../base/sharp.js";
import { Media, type ValueSize } from "../modality.js";
import { decodeBmp, decodeIco } from "./bmp.js";
import { headBytes, type PictureFormat, pictureFormat, pictureSize } from "./format.js";
import { decodePlainPng } from "./png.js";
import type { RawImage } from "./raw.js";
import { asBuffer, pixelsOf } from "./sharp-pixels.js";
import {
  checkImage,
  corrupt,
  formatOf,
  type ImageValue,
  imageBytes,
  inFile,
  isRawImage,
  mostPixels,
  tooLarge,
} from "./value.js";

/** Decode an image to 1 or 3 channels, upright, with transparency flattened onto white. @throws {InputError} image/corrupt */
export async function decodeImage(value: unknown, where: string): Promise<RawImage> {
  checkImage(value, where);
  if (isRawImage(value)) {
    if (value.channels === 1 || value.channels === 3) return value;
    const { width, height, channels } = value;
    return flattened({ width, height, channels, data: value.data });
  }
  const at = value instanceof Media ? inFile(value, where) : where;
  const bytes = await imageBytes(value);
  const plain = decodePlainPng(bytes);
  if (plain) return plain;
  const format = formatOf(bytes, at);
  try {
    return await decoded(bytes, format, at);
  } catch (error) {
    if (error instanceof InputError) throw error;
    if (/pixel limit/i.test(String(error))) throw tooLarge(at);
    throw corrupt(at, error as Error);
  }
}

/** The longer side of an image in pixels, by its header; undefined if it cannot be read. */
export async function longerSide(value: unknown): Promise<ValueSize | undefined> {
  const of = "pixels a side";
  if (isRawImage(value)) return { of, size: Math.max(value.width, value.height) };
  const bytes = value instanceof Media ? await value.read() : value instanceof Uint8Array ? value : undefined;
  if (!bytes) return undefined;
  try {
    const claimed = pictureSize(bytes);
    if (claimed) return { of, size: Math.max(...claimed) };
    const sharp = await loadSharp();
    const { width, height } = await sharp(bytes, { limitInputPixels: false }).metadata();
    return { of, size: Math.max(width, height) };
  } catch {
    return undefined;
  }
}

/** Formats of files with a single image, whose frames need not be counted. */
const singleFrame: ReadonlySet<PictureFormat> = new Set(["png", "jpeg", "bmp", "ico", "svg"]);

/** The number of frames or pages of an image file; 1 if it cannot be read, which decoding reports. */
export async function frameCountOf(value: unknown): Promise<number> {
  if (isRawImage(value)) return 1;
  const detected = value instanceof Media ? pictureFormat(await value.head(headBytes)) : undefined;
  if (detected && "format" in detected && singleFrame.has(detected.format)) return 1;
  const sharp = await loadSharp();
  const { pages = 1 } = await sharp(await imageBytes(value as Exclude<ImageValue, RawImage>), {
    limitInputPixels: mostPixels,
  })
    .metadata()
    .catch(() => ({ pages: 1 }));
  return pages;
}

/** Smallest longer side of a rendered SVG in pixels, and the largest density in dots per inch; the default is 72. */
const drawnSide = 256;
const mostDensity = 2400;
const mostSvgBytes = 16 * 2 ** 20;

/** Decode a file; of several frames or pages the first. */
async function decoded(bytes: Uint8Array, format: PictureFormat, where: string): Promise<RawImage> {
  const [width, height] = pictureSize(bytes) ?? [1, 1];
  if (width * height > mostPixels) throw tooLarge(where);
  if (format === "bmp") return flattened(decodeBmp(bytes));
  if (format === "heic") return flattened(await decodeHeic(bytes, where));
  if (format === "ico") {
    const icon = decodeIco(bytes);
    return "png" in icon ? decoded(icon.png, "png", where) : flattened(icon);
  }
  const sharp = await loadSharp();
  // Warnings, such as extra bytes between JPEG markers, do not make an image unusable.
  const options = { limitInputPixels: mostPixels, failOn: "error" } as const;
  if (format !== "svg") return pixelsOf(sharp(bytes, options).autoOrient());
  if (bytes.length > mostSvgBytes) throw tooLarge(where);
  const { width: across = 1, height: down = 1 } = await sharp(bytes, options).metadata();
  const density = Math.min(mostDensity, Math.max(72, Math.ceil((72 * drawnSide) / Math.max(across, down))));
  return pixelsOf(sharp(bytes, { ...options, density }).timeout({ seconds: 20 }));
}

/** Decode HEIC with libheif, which also applies the orientation. */
async function decodeHeic(bytes: Uint8Array, where: string): Promise<RawImage> {
  const { default: decode } = await heicDecoder(where);
  const { width, height, data } = await decode({ buffer: bytes });
  return { width, height, channels: 4, data };
}

type HeicDecoder = (file: {
  buffer: Uint8Array;
}) => Promise<{ width: number; height: number; data: Uint8ClampedArray }>;

const heicDecoder = (where: string) =>
  importOptional<{ default: HeicDecoder }>("heic-decode", {
    where,
    reads: "HEIC images",
    otherwise: "convert the files to JPEG",
  });

/** Pixels with alpha, over white. */
async function flattened({ width, height, channels, data }: RawImage): Promise<RawImage> {
  const sharp = await loadSharp();
  return pixelsOf(sharp(asBuffer(data), { raw: { width, height, channels: channels as 4 } }));
}

/** Check that a file begins as a supported image whose decoder is installed. @throws {InputError} */
export async function checkImageHead(media: Media, where: string): Promise<void> {
  const at = inFile(media, where);
  if (formatOf(await media.head(headBytes), at) === "heic") await heicDecoder(at);
}
