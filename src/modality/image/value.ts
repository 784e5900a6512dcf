/** Image values: their types, checks and errors, before they are decoded. */

import { InputError } from "../../base/errors.js";
import { describe, Media } from "../modality.js";
import { type PictureFormat, pictureFormat, picturesRead } from "./format.js";
import type { RawImage } from "./raw.js";

/** The value of an image modality: an encoded image, or pixels. */
export type ImageValue = Uint8Array | Blob | Media | RawImage;

/** Limit of pixels of an image. */
export const mostPixels = 64_000_000;

/** Whether a value has the form `{ width, height, channels, data }`; its contents are not checked. */
export const isRawImage = (value: unknown): value is RawImage =>
  typeof value === "object" && value !== null && "width" in value && "data" in value;

/** Check the type of an image value, and that raw pixels have the declared length. @throws {InputError} image/bad-value */
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

/** The bytes of an encoded image. */
export async function imageBytes(value: Uint8Array | Blob | Media): Promise<Uint8Array> {
  if (value instanceof Blob) return new Uint8Array(await value.arrayBuffer());
  return value instanceof Media ? value.read() : value;
}

/** The source of a file in errors. */
export const inFile = ({ name }: Media, where: string) => `${where}, file ${name}`;

/** The format of a file by its first bytes. @throws {InputError} image/unsupported */
export function formatOf(bytes: Uint8Array, where: string): PictureFormat {
  const detected = pictureFormat(bytes);
  if ("format" in detected) return detected.format;
  throw new InputError({
    code: "image/unsupported",
    where,
    problem: detected.found,
    expected: picturesRead,
    remedy: "Convert the file, or remove the row.",
  });
}

/** The error of an image that cannot be decoded. */
export const corrupt = (where: string, cause: Error) =>
  new InputError(
    {
      code: "image/corrupt",
      where,
      problem: `the image cannot be decoded (${cause.message.split("\n")[0].trim()})`,
      expected: "an undamaged image",
      remedy: "Replace the file, or remove the row.",
    },
    { cause },
  );

/** The error of an image of more pixels than {@link mostPixels}. */
export const tooLarge = (where: string) =>
  new InputError({
    code: "image/too-large",
    where,
    problem: "the image is too large",
    expected: `at most ${mostPixels / 1e6} million pixels`,
    remedy: "Scale the image down.",
  });
