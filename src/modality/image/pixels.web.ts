/**
 * Decodes image values to pixels in a page: formats of its own decoders as in Node, others by the browser, drawn unscaled on
 * a white canvas, upright (EXIF orientation) and in the colour space sRGB.
 */

import { InputError } from "../../base/errors.js";
import { Media, type ValueSize } from "../modality.js";
import { decodeBmp, decodeIco } from "./bmp.js";
import { type PictureFormat, picturesRead } from "./format.js";
import { headerSize } from "./header-size.web.js";
import { decodePlainPng } from "./png.js";
import type { RawImage } from "./raw.js";
import {
  checkImage,
  corrupt,
  formatOf,
  imageBytes,
  inFile,
  isRawImage,
  mostPixels,
  tooLarge,
} from "./value.js";

/** Decode an image to 1 or 3 channels, upright, with transparency flattened onto white. @throws {InputError} image/corrupt */
export async function decodeImage(value: unknown, where: string): Promise<RawImage> {
  checkImage(value, where);
  if (isRawImage(value)) return flattened(value);
  const at = value instanceof Media ? inFile(value, where) : where;
  const bytes = await imageBytes(value);
  const plain = decodePlainPng(bytes);
  if (plain) return plain;
  const format = formatOf(bytes, at);
  const [width, height] = headerSize(bytes) ?? [1, 1];
  if (width * height > mostPixels) throw tooLarge(at);
  try {
    return await decoded(bytes, format, at);
  } catch (error) {
    if (error instanceof InputError) throw error;
    throw corrupt(at, error as Error);
  }
}

/** The longer side of an image in pixels, by its header; undefined if it cannot be read. */
export async function longerSide(value: unknown): Promise<ValueSize | undefined> {
  if (isRawImage(value)) return { of: "pixels a side", size: Math.max(value.width, value.height) };
  const size = value instanceof Uint8Array ? headerSize(value) : undefined;
  return size && { of: "pixels a side", size: Math.max(...size) };
}

/** The number of frames of an image: a browser gives the first and does not count them. */
export const frameCountOf = async (_value: unknown): Promise<number> => 1;

/** A page has no files but those it is given whole, which decoding checks. */
export async function checkImageHead(_media: Media, _where: string): Promise<void> {}

async function decoded(bytes: Uint8Array, format: PictureFormat, where: string): Promise<RawImage> {
  if (format === "bmp") return flattened(decodeBmp(bytes));
  if (format === "ico") {
    const icon = decodeIco(bytes);
    return "png" in icon ? decodeImage(icon.png, where) : flattened(icon);
  }
  const blob = new Blob([Uint8Array.from(bytes)], { type: `image/${format === "svg" ? "svg+xml" : format}` });
  const bitmap = await createImageBitmap(blob).catch((error: Error) => error);
  if (bitmap instanceof Error) throw notRead.has(format) ? notByBrowser(where, format) : bitmap;
  try {
    return drawn(bitmap);
  } finally {
    bitmap.close();
  }
}

/** The pixels of a bitmap over white. */
function drawn(bitmap: ImageBitmap): RawImage {
  const { width, height } = bitmap;
  const context = new OffscreenCanvas(width, height).getContext("2d", { willReadFrequently: true });
  if (!context) throw new Error("the browser has no room for a canvas of its size");
  context.fillStyle = "#fff";
  context.fillRect(0, 0, width, height);
  context.drawImage(bitmap, 0, 0);
  const { data } = context.getImageData(0, 0, width, height, { colorSpace: "srgb" });
  return flattened({ width, height, channels: 4, data });
}

/** Pixels of 1 or 3 channels: alpha over white, rounded. */
function flattened(image: RawImage): RawImage {
  const { width, height, channels, data } = image;
  if (channels === 1 || channels === 3) return image;
  const colours = channels - 1;
  const out = new Uint8Array(width * height * colours);
  for (let from = 0, to = 0; from < data.length; from += channels) {
    const alpha = data[from + colours];
    for (let c = 0; c < colours; c++)
      out[to++] = Math.round((data[from + c] * alpha + 255 * (255 - alpha)) / 255);
  }
  return { width, height, channels: colours, data: out };
}

/** Formats that some browsers do not read. */
const notRead: ReadonlySet<PictureFormat> = new Set(["tiff", "heic", "svg", "avif"]);

const notByBrowser = (where: string, format: string) =>
  new InputError({
    code: "image/unsupported",
    where,
    problem: `this browser reads no ${format.toUpperCase()} images`,
    expected: picturesRead,
    remedy: "Convert the file to PNG or JPEG, or draw it on a canvas and give its pixels.",
  });
