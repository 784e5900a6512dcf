/** Tells a modality's kind from a raw value or from a file's extension. */

import { Media, type ModalityKind } from "../modality/index.js";

const ofKind = (kind: ModalityKind, names: string) =>
  Object.fromEntries(names.split(" ").map((name) => [name, kind]));

const extensions: Readonly<Record<string, ModalityKind>> = {
  ...ofKind("image", "png jpg jpeg jpe jfif webp gif bmp tif tiff avif heic heif ico svg"),
  ...ofKind("audio", "wav wave mp3 flac ogg oga opus m4a aac aif aiff aifc"),
  ...ofKind("text", "txt"),
  ...ofKind("strokes", "inkml"),
};

/** The extensions of a kind, or of all, as an error lists them. */
export const extensionsOf = (kind?: ModalityKind): string =>
  Object.keys(extensions)
    .filter((extension) => kind === undefined || extensions[extension] === kind)
    .map((extension) => `.${extension}`)
    .join(", ");

/** The kind of media that a path's extension names, if any. */
export function kindOfPath(path: string): ModalityKind | undefined {
  const extension = path.slice(path.lastIndexOf(".") + 1).toLowerCase();
  return Object.hasOwn(extensions, extension) ? extensions[extension] : undefined;
}

/**
 * The kind of an inline value, if it has the form of one. An array is strokes or a vector by its first
 * element; a `declared` kind settles the arrays and objects whose form alone does not.
 */
export function kindOfValue(value: unknown, declared?: ModalityKind): ModalityKind | undefined {
  if (typeof value === "string") return declared === "strokes" ? "strokes" : "text";
  if (value instanceof Media) return declared ?? kindOfPath(value.name) ?? "image";
  if (value instanceof Uint8Array || value instanceof Blob) return declared ?? "image";
  if (Array.isArray(value)) {
    if (declared === "strokes" || declared === "vector") return declared;
    if (Array.isArray(value[0])) return "strokes";
    return value.length > 0 && value.every((each) => typeof each === "number") ? "vector" : undefined;
  }
  if (value instanceof Float32Array || value instanceof Float64Array) return "vector";
  if (typeof value !== "object" || value === null) return undefined;
  if ("width" in value && "data" in value) return "image";
  if ("sampleRate" in value) return "audio";
  return declared === "tabular" || declared === "strokes" ? declared : undefined;
}
