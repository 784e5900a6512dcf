/**
 * Decodes WAV files: RIFF, RF64 and BW64 (EBU Tech 3306, ITU-R BS.2088), with chunks in any order, padded or not, sizes of 0
 * or 2³² − 1 from streams, and samples at any offset.
 *
 * `@audio/decode-wav` decodes the sample formats but expects chunks in a fixed order, so the chunks of format and samples are
 * found here and passed to it as one plain RIFF file.
 */

import decodeWav from "@audio/decode-wav";
import { utf8Bytes } from "../../base/bytes.js";
import { type Channels, checkCount, mostChannels } from "./length.js";

/** Sizes from here on are those of streams of unknown size: 2³² − 1, and the rounded 2³¹ of SoX. */
const unknownSize = 0x7fff_0000;

const PCM = 1;
const FLOAT = 3;
const MS_ADPCM = 2;
const IMA_ADPCM = 17;
const EXTENSIBLE = 0xfffe;

/** Names of codecs that the decoder does not support. */
const otherCodecs: Readonly<Record<number, string>> = {
  49: "GSM 6.10",
  80: "MPEG",
  85: "MP3",
  255: "AAC",
  353: "WMA",
  8192: "AC-3",
};

/** Whether bytes have the signature of a WAV file. */
export function isWav(bytes: Uint8Array): boolean {
  const text = (from: number) => String.fromCharCode(...bytes.subarray(from, from + 4));
  return ["RIFF", "RF64", "BW64"].includes(text(0)) && text(8) === "WAVE";
}

/** Decode a WAV file. @throws {Error} for a damaged file; {InputError} audio/too-long */
export function decodeWavFile(bytes: Uint8Array, where: string): Channels {
  const { format, samples } = chunksOf(bytes);
  const view = new DataView(format.buffer, format.byteOffset, format.byteLength);
  const uint16 = (at: number) => (at + 2 <= format.length ? view.getUint16(at, true) : 0);
  const tag = uint16(0) === EXTENSIBLE ? uint16(24) : uint16(0);
  const [channels, frame, bits] = [uint16(2), uint16(12), uint16(14)];
  if (Object.hasOwn(otherCodecs, tag)) throw new Error(`it holds ${otherCodecs[tag]}, not plain samples`);
  if (channels < 1 || channels > mostChannels) throw new Error(`it declares ${channels} channels`);
  const isPacked = tag === MS_ADPCM || tag === IMA_ADPCM;
  const width = frame / channels;
  const fits = isPacked || (Number.isInteger(width) && width === Math.ceil(bits / 8));
  if (frame < channels || !fits)
    throw new Error(`it declares frames of ${frame} bytes for ${channels} × ${bits} bits`);
  checkCount(Math.floor(samples.length / frame) * (isPacked ? uint16(18) : 1) * channels, where);
  // Samples of 12 or 20 bits are stored in the upper bits of whole bytes.
  const container = tag === PCM || tag === FLOAT ? 8 * width : bits;
  return decodeWav(plainRiff(format, container, samples));
}

interface Chunks {
  /** The chunk `fmt `. */
  readonly format: Uint8Array;
  /** The chunk `data`. */
  readonly samples: Uint8Array;
}

/** Find the chunks of format and samples. */
function chunksOf(bytes: Uint8Array): Chunks {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const is64 = bytes[0] !== 0x52 || bytes[3] === 0x34; // RF64, BW64
  const declared = view.getUint32(4, true);
  const isKnown = !is64 && declared > 0 && declared < unknownSize;
  // The pad byte after an odd last chunk may be counted but not written.
  if (isKnown && declared + 8 > bytes.length + 1)
    throw new Error(`the file ends after ${bytes.length} of ${declared + 8} bytes`);
  let [format, samples]: (Uint8Array | undefined)[] = [];
  let longSize: number | undefined;
  for (let at = 12; at + 8 <= bytes.length && !(format && samples); ) {
    const name = nameAt(bytes, at);
    const claimed = view.getUint32(at + 4, true);
    const start = at + 8;
    let end = start + claimed;
    if (name === "ds64" && start + 16 <= bytes.length) longSize = Number(view.getBigUint64(start + 8, true));
    if (name === "data") {
      const isEmpty = claimed === 0 && isKnown && declared + 8 >= bytes.length - 1;
      if (claimed === 0xffff_ffff && longSize) end = start + longSize;
      else if ((claimed === 0 && !isEmpty) || claimed >= unknownSize) end = bytes.length;
      if (is64 && end > bytes.length) throw new Error(`the file ends after ${bytes.length} of ${end} bytes`);
      samples = bytes.subarray(start, end);
    }
    if (name === "fmt ") format = bytes.subarray(start, end);
    at = nextChunk(bytes, end);
  }
  if (!format || format.length < 16) throw new Error("it has no format");
  if (!samples) throw new Error("it has no samples");
  return { format, samples };
}

const nameAt = (bytes: Uint8Array, at: number) => String.fromCharCode(...bytes.subarray(at, at + 4));

const usualNames =
  /^(fmt |data|LIST|fact|bext|JUNK|junk|PEAK|cue |smpl|inst|id3 |ID3 |iXML|axml|chna|cart|ds64|PAD |FLLR|DISP)$/;

/** The offset of the next chunk: even, or directly after a chunk of odd size that was not padded. */
function nextChunk(bytes: Uint8Array, end: number): number {
  const padded = end + (end % 2);
  const isUnpadded = !usualNames.test(nameAt(bytes, padded)) && /^[\w ]{4}$/.test(nameAt(bytes, end));
  return isUnpadded ? end : padded;
}

/** A plain RIFF file of a format and samples, with the samples at a multiple of 8 bytes. */
function plainRiff(format: Uint8Array, bits: number, samples: Uint8Array): Uint8Array {
  const length = Math.ceil(Math.max(format.length, 40) / 8) * 8 + 4;
  const start = 20 + length + 8;
  const out = new Uint8Array(start + samples.length);
  const view = new DataView(out.buffer);
  const name = (at: number, text: string) => out.set(utf8Bytes(text), at);
  name(0, "RIFF");
  view.setUint32(4, out.length - 8, true);
  name(8, "WAVEfmt ");
  view.setUint32(16, length, true);
  out.set(format, 20);
  view.setUint16(20 + 14, bits, true);
  name(20 + length, "data");
  view.setUint32(24 + length, samples.length, true);
  out.set(samples, start);
  return out;
}
