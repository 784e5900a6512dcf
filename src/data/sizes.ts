/** How large a raw value is, told as cheaply as its kind allows. */

import sharp from "sharp";
import { Media, type ModalityKind, pictureSize, type Strokes } from "../modality/index.js";

/** A size and what it counts. */
interface Size {
  readonly of: string;
  readonly size: number;
}

/** The size of a value, or undefined where it cannot be told. */
export async function sizeOfValue(kind: ModalityKind, value: unknown): Promise<Size | undefined> {
  if (kind === "image") return sideOf(value);
  if (kind === "strokes") return { of: "points", size: (value as Strokes).flat().length };
  if (kind === "vector") return { of: "numbers", size: (value as ArrayLike<number>).length };
  if (kind === "tabular") return { of: "cells", size: Object.keys(value as object).length };
  if (typeof value === "string") return { of: "characters", size: value.length };
  if (value instanceof Media) return { of: "bytes", size: (await value.read()).length };
  return undefined;
}

/** The longer side of an image, by its header. */
async function sideOf(value: unknown): Promise<Size | undefined> {
  const of = "pixels a side";
  if (typeof value === "object" && value !== null && "width" in value && "height" in value)
    return { of, size: Math.max(value.width as number, value.height as number) };
  const bytes = value instanceof Media ? await value.read() : value instanceof Uint8Array ? value : undefined;
  if (!bytes) return undefined;
  try {
    const told = pictureSize(bytes);
    if (told) return { of, size: Math.max(...told) };
    const { width, height } = await sharp(bytes, { limitInputPixels: false }).metadata();
    return { of, size: Math.max(width, height) };
  } catch {
    return undefined;
  }
}
