/**
 * Width and height in the header of an image file, so that an image too large for a page is refused before it is decoded.
 */

import { dataViewOf, latin1 } from "../../base/bytes.js";
import { pictureFormat, pictureSize } from "./format.js";

type Size = [width: number, height: number];

/** The size that a header states; undefined for other formats and damaged headers. */
export function headerSize(bytes: Uint8Array): Size | undefined {
  const detected = pictureFormat(bytes);
  if (!("format" in detected)) return undefined;
  const view = dataViewOf(bytes);
  const { format } = detected;
  try {
    if (format === "png") return [view.getUint32(16), view.getUint32(20)];
    if (format === "gif") return [view.getUint16(6, true), view.getUint16(8, true)];
    if (format === "webp") return webpSize(bytes, view);
    if (format === "jpeg") return jpegSize(view);
    return pictureSize(bytes);
  } catch (error) {
    // A header that is cut off; decoding reports it.
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

/** The size in the first frame header (markers C0 to CF but for C4, C8 and CC). */
function jpegSize(view: DataView): Size | undefined {
  for (let at = 2; ; at += 2 + view.getUint16(at + 2)) {
    while (view.getUint8(at) === 0xff && view.getUint8(at + 1) === 0xff) at++;
    const marker = view.getUint8(at + 1);
    if (view.getUint8(at) !== 0xff || marker === 0xda) return undefined;
    if (marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker))
      return [view.getUint16(at + 7), view.getUint16(at + 5)];
  }
}

/** The size in the first chunk: lossy, lossless or extended. */
function webpSize(bytes: Uint8Array, view: DataView): Size {
  const kind = latin1(bytes.subarray(12, 16));
  if (kind === "VP8X")
    return [24, 27].map((at) => 1 + view.getUint16(at, true) + 2 ** 16 * view.getUint8(at + 2)) as Size;
  if (kind !== "VP8L") return [26, 28].map((at) => view.getUint16(at, true) & 0x3fff) as Size;
  const bits = view.getUint32(21, true);
  return [1 + (bits & 0x3fff), 1 + ((bits >>> 14) & 0x3fff)];
}
