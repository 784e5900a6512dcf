/**
 * Limits the length of audio: a small file may hold hours of silence. Compressed audio is first decoded in chunks of a
 * kilobyte, whose samples are counted and discarded.
 */

import { dataViewOf, indexOfText, latin1 } from "../../base/bytes.js";
import { InputError } from "../../base/errors.js";

export type Compressed = "mp3" | "flac" | "vorbis" | "opus" | "aac" | "aiff";

/** Samples from −1 to 1, one array per channel. */
export interface Channels {
  readonly channelData: Float32Array[];
  readonly sampleRate: number;
}

/** A decoder package: decodes a whole file, or a stream of chunks. */
export interface Codec {
  default(bytes: Uint8Array): Promise<Channels> | Channels;
  decoder(): Promise<StreamDecoder> | StreamDecoder;
}

interface StreamDecoder {
  decode(piece: Uint8Array): Channels;
  free(): void;
}

/** Limit of samples of all channels together; half a gigabyte when decoded. */
export const mostSamples = 128_000_000;
/** Size of a chunk: of silence in FLAC, one may be 20 million samples. */
const pieceBytes = 1024;
/** Upper bound of samples per byte of MP3: two channels of 576 samples in 24 bytes, rounded up. */
const samplesOfMp3Byte = 96;
/** Samples per channel of an AAC frame, with spectral band replication (HE-AAC). */
const samplesOfAacFrame = 2048;
export const mostChannels = 64;
/** Bytes without a sample after which a FLAC decoder finds no more: frames are far shorter. */
const lostBytes = 2 ** 20;
/** Size of the marker "fLaC" and the stream info block. */
const flacHead = 4 + 4 + 34;

/** Check the number of samples. @throws {InputError} audio/too-long */
export function checkCount(samples: number, where: string): void {
  if (samples <= mostSamples) return;
  throw new InputError({
    code: "audio/too-long",
    where,
    problem: "the sound is too long",
    expected: `at most ${mostSamples / 1e6} million samples, of all channels together`,
    remedy: "Cut the recording into clips.",
  });
}

/** Check the number of samples of compressed audio. @throws {InputError} audio/too-long */
export async function checkLength(
  codec: Codec,
  bytes: Uint8Array,
  format: Compressed,
  where: string,
): Promise<void> {
  if (format === "mp3" && bytes.length * samplesOfMp3Byte <= mostSamples) return;
  if (format === "aiff") return checkAiff(bytes, where);
  if (format === "aac" && isMp4(bytes)) return checkCount(mp4Frames(bytes) * samplesOfAacFrame, where);
  const decoder = await codec.decoder();
  try {
    let [samples, lost] = [0, 0];
    for (const piece of format === "flac" ? flacPieces(bytes) : pieces(bytes)) {
      const { channelData } = decoder.decode(piece);
      const found = channelData.reduce((sum, { length }) => sum + length, 0);
      samples += found;
      checkCount(samples, where);
      lost = found > 0 ? 0 : lost + piece.length;
      if (format === "flac" && lost > lostBytes) return;
    }
  } finally {
    decoder.free();
  }
}

const isMp4 = (bytes: Uint8Array) => latin1(bytes.subarray(4, 8)) === "ftyp";

/** The number of frames in the sample tables (boxes `stsz`) of an MP4 file, which the decoder reads whatever the file holds. */
function mp4Frames(bytes: Uint8Array): number {
  const view = dataViewOf(bytes);
  let frames = 0;
  for (
    let at = indexOfText(bytes, "stsz");
    at >= 0 && at + 16 <= bytes.length;
    at = indexOfText(bytes, "stsz", at + 4)
  )
    frames += view.getUint32(at + 12);
  return frames;
}

/** Check an AIFF file, which has at most two samples per byte (IMA 4:1), and the channels and sample width in its header. */
function checkAiff(bytes: Uint8Array, where: string): void {
  checkCount(2 * bytes.length, where);
  const view = dataViewOf(bytes);
  const header = indexOfText(bytes, "COMM") + 8;
  if (header < 8 || header + 18 > bytes.length) throw new Error("it has no format");
  const [channels, bits] = [view.getUint16(header), view.getUint16(header + 6)];
  if (channels < 1 || channels > mostChannels) throw new Error(`it declares ${channels} channels`);
  if (bits < 1 || bits > 64) throw new Error(`it declares samples of ${bits} bits`);
}

function* pieces(bytes: Uint8Array): Generator<Uint8Array> {
  for (let start = 0; start < bytes.length; start += pieceBytes)
    yield bytes.subarray(start, start + pieceBytes);
}

/** The chunks of a FLAC file without its metadata except stream info: the decoder would copy other blocks for every chunk. */
function* flacPieces(bytes: Uint8Array): Generator<Uint8Array> {
  let frames = 4;
  for (let isLast = false; !isLast && frames + 4 <= bytes.length; ) {
    isLast = (bytes[frames] & 0x80) > 0;
    frames += 4 + bytes[frames + 1] * 2 ** 16 + bytes[frames + 2] * 2 ** 8 + bytes[frames + 3];
  }
  const head = bytes.slice(0, flacHead);
  head[4] |= 0x80; // It is the last block now.
  yield head;
  yield* pieces(bytes.subarray(frames));
}
