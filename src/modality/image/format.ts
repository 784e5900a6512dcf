/** Detects the format of an image file by its first bytes, and its size for formats that sharp does not read. */

import { dataViewOf, indexOfText, latin1 } from "../../base/bytes.js";
import { bitmapSize, iconSize } from "./bmp.js";
import { isPng } from "./png.js";

export type PictureFormat =
  | "png"
  | "jpeg"
  | "webp"
  | "gif"
  | "tiff"
  | "avif"
  | "heic"
  | "bmp"
  | "ico"
  | "svg";

/** Number of bytes needed to detect the format: an SVG may begin with comments and a document type. */
export const headBytes = 4096;

/** The supported formats, as an error lists them. */
export const picturesRead = "a PNG, JPEG, WebP, GIF, TIFF, AVIF, BMP, ICO, SVG or HEIC image";

/** Signatures of formats that are not supported, and their names in errors. */
const others: readonly (readonly [start: string, name: string])[] = [
  ["8BPS", "a Photoshop file"],
  ["%PDF", "a PDF"],
  ["%!PS", "a PostScript file"],
  ["\0\0\0\x0cJXL ", "a JPEG XL image"],
  ["\xff\x0a", "a JPEG XL image"],
  ["\0\0\0\x0cjP  ", "a JPEG 2000 image"],
  ["PK\x03\x04", "a zip archive"],
  ["\x1a\x45\xdf\xa3", "a WebM or Matroska video"],
  ["RIFF", "a sound or a video (RIFF)"],
  ["P5", "a PGM image"],
  ["P6", "a PPM image"],
  ["<", "a page of HTML or XML"],
];

/** Whether bytes are the beginning of an image file: a cheaper and looser test than {@link pictureFormat}. */
export function isImageHead(bytes: Uint8Array): boolean {
  const text = (from: number, to: number) => latin1(bytes.subarray(from, to));
  const start = text(0, 4);
  if (start === "\x89PNG" || start === "GIF8" || start === "II*\0" || start === "MM\0*") return true;
  if (start.startsWith("\xff\xd8\xff") || start.startsWith("BM")) return true;
  if (start === "RIFF") return text(8, 12) === "WEBP";
  return text(4, 8) === "ftyp" && /^(?:avi[fs]|hei|mif1|msf1)/.test(text(8, 12));
}

/** The format of a file by its first {@link headBytes}, or a description of an unsupported file. */
export function pictureFormat(head: Uint8Array): { format: PictureFormat } | { found: string } {
  if (head.length === 0) return { found: "the file is empty" };
  const text = latin1(head.subarray(0, headBytes));
  const starts = (...names: string[]) => names.some((name) => text.startsWith(name));
  if (isPng(head)) return { format: "png" };
  if (starts("\xff\xd8\xff")) return { format: "jpeg" };
  if (starts("RIFF") && text.slice(8, 12) === "WEBP") return { format: "webp" };
  if (starts("GIF87a", "GIF89a")) return { format: "gif" };
  if (starts("II*\0", "MM\0*", "II+\0", "MM\0+")) return { format: "tiff" };
  if (text.slice(4, 8) === "ftyp") return heifFormat(text);
  if (starts("BM") && head.length > 26 && head[14] >= 12 && head[15] === 0) return { format: "bmp" };
  if (starts("\0\0\x01\0") && head[4] > 0) return { format: "ico" };
  if (/^(\xef\xbb\xbf)?\s*<(?!html|!doctype html)/i.test(text) && /<svg[\s>]/i.test(text))
    return { format: "svg" };
  const other = others.find(([name]) => text.trimStart().startsWith(name));
  return {
    found: other ? `it is ${other[1]}` : "not a PNG, JPEG, WebP, GIF, TIFF, AVIF, BMP, ICO, SVG or HEIC file",
  };
}

/** The format by the brands of an ISO media file (ISO/IEC 14496-12, 23008-12). */
function heifFormat(text: string): { format: PictureFormat } | { found: string } {
  const brands = text.slice(8, Math.max(12, text.charCodeAt(2) * 256 + text.charCodeAt(3)));
  if (/avi[fs]/.test(brands)) return { format: "avif" };
  if (/hei[cxms]|hev[cxms]|mif1|msf1/.test(brands)) return { format: "heic" };
  return { found: "it is a video or a sound (MP4)" };
}

/** Width and height in the header of a format that sharp does not read; undefined for other formats. */
export function pictureSize(bytes: Uint8Array): [width: number, height: number] | undefined {
  const detected = pictureFormat(bytes);
  if (!("format" in detected)) return undefined;
  if (detected.format === "bmp") return bitmapSize(bytes);
  if (detected.format === "ico") return iconSize(bytes);
  return detected.format === "heic" ? heicSize(bytes) : undefined;
}

/** The largest size of the images and tiles of an HEIC file (boxes `ispe`). */
function heicSize(bytes: Uint8Array): [width: number, height: number] | undefined {
  const view = dataViewOf(bytes);
  let largest: [number, number] | undefined;
  for (
    let at = indexOfText(bytes, "ispe");
    at >= 0 && at + 16 <= bytes.length;
    at = indexOfText(bytes, "ispe", at + 4)
  ) {
    const [width, height] = [view.getUint32(at + 8), view.getUint32(at + 12)];
    if (!largest || width * height > largest[0] * largest[1]) largest = [width, height];
  }
  return largest;
}
