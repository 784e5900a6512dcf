/** Image values to pixels: decoding with sharp and, where that does not read a format, without; fitting pixels to a size. */

import type { Sharp } from "sharp";
import { InputError } from "../../base/errors.js";
import { importOptional } from "../../base/optional.js";
import { loadSharp } from "../../base/sharp.js";
import { describe, Media, type ValueSize } from "../modality.js";
import { decodeBmp, decodeIco } from "./bmp.js";
import { headBytes, type PictureFormat, pictureFormat, pictureSize, picturesRead } from "./format.js";
import { decodePlainPng } from "./png.js";
import type { RawImage } from "./raw.js";

/** The value of an image modality: an encoded image, or pixels. */
export type ImageValue = Uint8Array | Blob | Media | RawImage;

const mostPixels = 64_000_000;

/** True for `{ width, height, channels, data }`, whatever is in it. */
const isRawImage = (value: unknown): value is RawImage =>
  typeof value === "object" && value !== null && "width" in value && "data" in value;

/** Throw unless the value is of a type that images come in and raw pixels have the length they declare. */
export function checkImage(value: unknown, where: string): asserts value is ImageValue {
  if (value instanceof Uint8Array || value instanceof Blob || value instanceof Media) return;
  const expected = "encoded bytes (Uint8Array or Blob) or { width, height, channels, data }";
  const remedy = "Give the bytes of an image file, or a file in an `<modality>_file_name` field.";
  const fail = (problem: string) => {
    throw new InputError({ code: "image/bad-value", where, problem, expected, remedy });
  };
  if (!isRawImage(value)) return fail(`${describe(value)} is not an image`);
  const { width, height, channels, data } = value;
  if (!(data instanceof Uint8Array || data instanceof Uint8ClampedArray)) fail("data is not a Uint8Array");
  if (![width, height].every((n) => Number.isInteger(n) && n > 0)) fail(`the size is ${width}×${height}`);
  if (![1, 2, 3, 4].includes(channels)) fail(`channels is ${channels}, not 1, 2, 3 or 4`);
  if (width * height > mostPixels) throw tooLarge(where);
  if (data.length !== width * height * channels)
    fail(`data has ${data.length} values for ${width}×${height}×${channels}`);
}

/** The pixels of a value: 1 or 3 channels, upright, transparency flattened on white. */
export async function decodeImage(value: unknown, where: string): Promise<RawImage> {
  checkImage(value, where);
  if (isRawImage(value)) {
    if (value.channels === 1 || value.channels === 3) return value;
    const { width, height, channels } = value;
    return flattened({ width, height, channels, data: value.data });
  }
  const at = value instanceof Media ? placeOf(value, where) : where;
  const bytes = await bytesOf(value);
  const plain = decodePlainPng(bytes);
  if (plain) return plain;
  const format = formatOf(bytes, at);
  try {
    return await decoded(bytes, format, at);
  } catch (error) {
    if (error instanceof InputError) throw error;
    if (/pixel limit/i.test(String(error))) throw tooLarge(at);
    throw new InputError(
      {
        code: "image/corrupt",
        where: at,
        problem: `the image cannot be decoded (${(error as Error).message.split("\n")[0].trim()})`,
        expected: "an undamaged image",
        remedy: "Replace the file, or remove the row.",
      },
      { cause: error },
    );
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

/** Formats of files that have one image, which need not be read again to tell. */
const ofOneFrame: ReadonlySet<PictureFormat> = new Set(["png", "jpeg", "bmp", "ico", "svg"]);

/** How many frames or pages an image file has; 1 where it cannot be read, which decoding it tells better. */
export async function frameCountOf(value: unknown): Promise<number> {
  if (isRawImage(value)) return 1;
  const told = value instanceof Media ? pictureFormat(await value.head(headBytes)) : undefined;
  if (told && "format" in told && ofOneFrame.has(told.format)) return 1;
  const sharp = await loadSharp();
  const { pages = 1 } = await sharp(await bytesOf(value as Exclude<ImageValue, RawImage>), {
    limitInputPixels: mostPixels,
  })
    .metadata()
    .catch(() => ({ pages: 1 }));
  return pages;
}

/** The least longer side of a drawing, in pixels, and the most dots an inch that it is enlarged by; an inch has 72. */
const drawnSide = 256;
const mostDensity = 2400;
const mostSvgBytes = 16 * 2 ** 20;

/** Of a file with several frames or pages the first. */
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
  // Warnings, such as of a few bytes between JPEG's markers, do not make an image unusable.
  const options = { limitInputPixels: mostPixels, failOn: "error" } as const;
  if (format !== "svg") return pixelsOf(sharp(bytes, options).autoOrient());
  if (bytes.length > mostSvgBytes) throw tooLarge(where);
  const { width: across = 1, height: down = 1 } = await sharp(bytes, options).metadata();
  const density = Math.min(mostDensity, Math.max(72, Math.ceil((72 * drawnSide) / Math.max(across, down))));
  return pixelsOf(sharp(bytes, { ...options, density }).timeout({ seconds: 20 }));
}

/** HEIC by libheif, which turns it upright. */
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

/** The image scaled to fit `height`×`width`, centred, the rest filled with the mean of its four corners. */
export async function fitImage(image: RawImage, height: number, width: number): Promise<RawImage> {
  if (image.width === width && image.height === height) return image;
  const { channels, data } = image;
  const last = image.width * image.height - 1;
  const corners = [0, image.width - 1, last - image.width + 1, last];
  const [r, g, b] = [0, 1, 2].map((channel) => {
    const values = corners.map((pixel) => data[pixel * channels + Math.min(channel, channels - 1)]);
    return values.reduce((sum, value) => sum + value) / 4;
  });
  const raw = { width: image.width, height: image.height, channels: channels as 1 | 3 };
  const sharp = await loadSharp();
  return pixelsOf(
    sharp(asBuffer(data), { raw }).resize(width, height, { fit: "contain", background: { r, g, b } }),
  );
}

/** How an image becomes one of another form: its middle is cut out, it is stretched, or borders are put around it. */
export type Fit = "crop" | "stretch" | "pad";

export interface FitOptions {
  readonly height: number;
  readonly width: number;
  readonly fit: Fit;
  /** The shorter side of what the middle is cut out of; as small as can be, when absent. */
  readonly shorter?: number;
}

/** The image at `height`×`width`, by `fit`. */
export async function fitTo(image: RawImage, { height, width, shorter, fit }: FitOptions): Promise<RawImage> {
  if (fit === "pad") return fitImage(image, height, width);
  const raw = { width: image.width, height: image.height, channels: image.channels as 1 | 3 };
  const sharp = await loadSharp();
  const whole = sharp(asBuffer(image.data), { raw });
  if (fit === "stretch") return pixelsOf(whole.resize(width, height, { fit: "fill" }));
  if (shorter === undefined) return pixelsOf(whole.resize(width, height, { fit: "cover" }));
  const scaled = await pixelsOf(whole.resize(shorter, shorter, { fit: "outside" }));
  const middle = { left: (scaled.width - width) >> 1, top: (scaled.height - height) >> 1, width, height };
  const { channels } = scaled;
  return pixelsOf(
    sharp(asBuffer(scaled.data), {
      raw: { width: scaled.width, height: scaled.height, channels: channels as 1 | 3 },
    }).extract(middle),
  );
}

async function pixelsOf(pipeline: Sharp): Promise<RawImage> {
  const { data, info } = await pipeline
    .flatten({ background: "#fff" })
    .toColourspace("srgb")
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, channels: info.channels, data };
}

async function bytesOf(value: Uint8Array | Blob | Media): Promise<Uint8Array> {
  if (value instanceof Blob) return new Uint8Array(await value.arrayBuffer());
  return value instanceof Media ? value.read() : value;
}

/** Throw unless a file begins as images do that can be decoded, by a decoder that is installed. */
export async function checkImageHead(media: Media, where: string): Promise<void> {
  const at = placeOf(media, where);
  if (formatOf(await media.head(headBytes), at) === "heic") await heicDecoder(at);
}

const placeOf = ({ name }: Media, where: string) => `${where}, file ${name}`;

/** The format that the first bytes of a file tell, or an `InputError` that says what the file is. */
function formatOf(bytes: Uint8Array, where: string): PictureFormat {
  const told = pictureFormat(bytes);
  if ("format" in told) return told.format;
  throw new InputError({
    code: "image/unsupported",
    where,
    problem: told.found,
    expected: picturesRead,
    remedy: "Convert the file, or remove the row.",
  });
}

const asBuffer = (data: Uint8Array | Uint8ClampedArray) =>
  Buffer.from(data.buffer as ArrayBuffer, data.byteOffset, data.byteLength);

const tooLarge = (where: string) =>
  new InputError({
    code: "image/too-large",
    where,
    problem: "the image is too large",
    expected: `at most ${mostPixels / 1e6} million pixels`,
    remedy: "Scale the image down.",
  });
