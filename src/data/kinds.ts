/** Detects a modality's kind by a raw value, by the extension of a file name or by the first bytes of a file. */

import { Media, type ModalityKind, modalities, modalityKinds } from "../modality/index.js";

const kindOfExtension: ReadonlyMap<string, ModalityKind> = new Map(
  modalityKinds.flatMap((kind) =>
    (modalities[kind].files?.extensions ?? []).map((extension) => [extension, kind] as const),
  ),
);

/** The extensions of media files, as an error lists them. */
export const extensionsOf = (): string => [...kindOfExtension.keys()].map((name) => `.${name}`).join(", ");

/** The kind of media file by the extension of a path; undefined for other files. */
export const kindOfPath = (path: string): ModalityKind | undefined =>
  kindOfExtension.get(path.slice(path.lastIndexOf(".") + 1).toLowerCase());

/** Number of bytes that {@link kindOfBytes} looks at. */
export const SNIFFED_BYTES = 512;

/** The kind of media file by its first bytes; undefined if they match no signature. */
export const kindOfBytes = (bytes: Uint8Array): ModalityKind | undefined =>
  modalityKinds.find((kind) => modalities[kind].files?.isHead?.(bytes));

/**
 * The kind of an inline value by its form; undefined if it is a value of no kind. Arrays are strokes or a vector by their
 * first element. `declared` decides for values whose form fits several kinds.
 */
export function kindOfValue(value: unknown, declared?: ModalityKind): ModalityKind | undefined {
  if (typeof value === "string") return declared === "strokes" ? "strokes" : "text";
  if (value instanceof Media) return declared ?? kindOfPath(value.name) ?? "image";
  if (value instanceof Uint8Array) return declared ?? kindOfBytes(value) ?? "image";
  if (value instanceof Blob) return declared ?? (value.type.startsWith("audio/") ? "audio" : "image");
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
