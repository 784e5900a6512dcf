/**
 * The sample rate in the header of a compressed sound. A browser resamples what it decodes to a rate that is stated before;
 * at the file's own rate nothing is resampled.
 */

import { dataViewOf, indexOfText } from "../../base/bytes.js";
import type { Compressed } from "./length.js";

/** Rate for files whose header states none, and the range that all browsers accept. */
const USUAL = 48_000;
const LEAST = 8_000;
const MOST = 96_000;

/** By the index in an MPEG audio header, for version 1; version 2 has half of it, version 2.5 a quarter. */
const MP3_RATES = [44_100, 48_000, 32_000];
const AAC_RATES = [
  96_000, 88_200, 64_000, 48_000, 44_100, 32_000, 24_000, 22_050, 16_000, 12_000, 11_025, 8_000,
];

/** Samples per second by the header, within the range that browsers accept. */
export function nativeRate(bytes: Uint8Array, format: Compressed): number {
  const rate = stated(bytes, dataViewOf(bytes), format) ?? USUAL;
  return rate >= LEAST && rate <= MOST ? rate : USUAL;
}

function stated(bytes: Uint8Array, view: DataView, format: Compressed): number | undefined {
  const has = (end: number) => end <= bytes.length;
  if (format === "flac" && has(21)) return view.getUint32(18) >>> 12;
  if (format === "vorbis") {
    const at = indexOfText(bytes, "\x01vorbis") + 12;
    return at >= 12 && has(at + 4) ? view.getUint32(at, true) : undefined;
  }
  if (format === "aac") {
    const at = indexOfText(bytes, "mp4a") + 28;
    if (at >= 28 && has(at + 2)) return view.getUint16(at);
    return has(3) ? AAC_RATES[(bytes[2] >> 2) & 15] : undefined;
  }
  return format === "mp3" ? mp3Rate(bytes) : undefined;
}

/** The rate of the first frame, behind an ID3 tag if there is one. */
function mp3Rate(bytes: Uint8Array): number | undefined {
  const isTagged = bytes[0] === 0x49 && bytes[1] === 0x44 && bytes[2] === 0x33;
  const size = bytes.subarray(6, 10).reduce((sum, byte) => 128 * sum + (byte & 127), 0);
  for (let at = isTagged ? 10 + size : 0; at + 4 <= bytes.length; at++) {
    if (bytes[at] !== 0xff || (bytes[at + 1] & 0xe0) !== 0xe0) continue;
    const rate = MP3_RATES[(bytes[at + 2] >> 2) & 3];
    const version = (bytes[at + 1] >> 3) & 3;
    if (rate !== undefined && version !== 1)
      return version === 3 ? rate : version === 2 ? rate / 2 : rate / 4;
  }
  return undefined;
}
