/** Tells a file's kind by its first bytes, for one without an extension and for standard input. */

import type { ModalityKind } from "../modality/index.js";

/** Bytes that {@link kindOfBytes} looks at. */
export const SNIFFED_BYTES = 512;

const text = (bytes: Uint8Array, from: number, to: number): string =>
  String.fromCharCode(...bytes.subarray(from, to));

/** Image and sound formats by their signature, at byte 0 unless another is given. */
const signatures: readonly (readonly [kind: ModalityKind, test: (bytes: Uint8Array) => boolean])[] = [
  ["image", (b) => text(b, 0, 4) === "\x89PNG" || text(b, 0, 3) === "\xff\xd8\xff"],
  ["image", (b) => text(b, 0, 4) === "GIF8" || text(b, 0, 2) === "BM"],
  ["image", (b) => text(b, 0, 4) === "RIFF" && text(b, 8, 12) === "WEBP"],
  ["image", (b) => text(b, 0, 4) === "II*\0" || text(b, 0, 4) === "MM\0*"],
  ["image", (b) => text(b, 4, 8) === "ftyp" && /^(?:avi[fs]|hei|mif1|msf1)/.test(text(b, 8, 12))],
  ["audio", (b) => /^(?:RIFF|RF64|RIFX)$/.test(text(b, 0, 4)) && text(b, 8, 12) === "WAVE"],
  ["audio", (b) => text(b, 0, 4) === "fLaC" || text(b, 0, 4) === "OggS" || text(b, 0, 3) === "ID3"],
  ["audio", (b) => b[0] === 0xff && (b[1] & 0xe0) === 0xe0],
  ["audio", (b) => text(b, 0, 4) === "FORM" && text(b, 8, 11) === "AIF"],
  ["audio", (b) => text(b, 4, 8) === "ftyp" && /^(?:M4A|M4B|mp4|isom|dash)/.test(text(b, 8, 12))],
];

/** The kind of media that bytes begin, if it is a known one. */
export const kindOfBytes = (bytes: Uint8Array): ModalityKind | undefined =>
  signatures.find(([, test]) => test(bytes))?.[0];
