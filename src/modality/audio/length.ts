/**
 * How long a sound may be: a small file of silence may be hours of it. Compressed sound is decoded a kilobyte at a time, and
 * nothing is kept, before it is decoded whole.
 */

import { InputError } from "../../base/errors.js";

export type Compressed = "mp3" | "flac" | "vorbis" | "opus" | "aac" | "aiff";

/** Samples from −1 to 1, an array a channel. */
export interface Channels {
  readonly channelData: Float32Array[];
  readonly sampleRate: number;
}

/** What a decoder's package gives: the sound of a whole file, or of one piece after another. */
export interface Codec {
  default(bytes: Uint8Array): Promise<Channels> | Channels;
  decoder(): Promise<StreamDecoder> | StreamDecoder;
}

interface StreamDecoder {
  decode(piece: Uint8Array): Channels;
  free(): void;
}

/** Of all channels together; half a gigabyte once they are decoded. */
const mostSamples = 128_000_000;
/** Of silence in FLAC, each piece may be 20 million samples. */
const pieceBytes = 1024;
/** The most that a byte of MP3 becomes: two channels of 576 samples in 24 bytes, rounded up. */
const samplesOfMp3Byte = 96;
/** Of a channel, with spectral band replication (HE-AAC). */
const samplesOfAacFrame = 2048;
export const mostChannels = 64;
/** A FLAC frame is far shorter: after so many bytes without a sample its decoder finds no more. */
const lostBytes = 2 ** 20;
/** "fLaC", and the block that says what the stream is. */
const flacHead = 4 + 4 + 34;

/** Throw where there are too many samples. */
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

/** Throw where a compressed sound has too many samples. */
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

const isMp4 = (bytes: Uint8Array) => Buffer.from(bytes.subarray(4, 8)).toString("latin1") === "ftyp";

/** Frames that the sample tables (boxes `stsz`) of an MP4 file claim: the decoder reads as many, whatever the file holds. */
function mp4Frames(bytes: Uint8Array): number {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let frames = 0;
  for (
    let at = buffer.indexOf("stsz");
    at >= 0 && at + 16 <= buffer.length;
    at = buffer.indexOf("stsz", at + 4)
  )
    frames += buffer.readUInt32BE(at + 12);
  return frames;
}

/** AIFF holds at most two samples a byte (IMA 4:1) in its frames, where its header declares a width for them. */
function checkAiff(bytes: Uint8Array, where: string): void {
  checkCount(2 * bytes.length, where);
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const header = buffer.indexOf("COMM") + 8;
  if (header < 8 || header + 18 > buffer.length) throw new Error("it has no format");
  const [channels, bits] = [buffer.readUInt16BE(header), buffer.readUInt16BE(header + 6)];
  if (channels < 1 || channels > mostChannels) throw new Error(`it declares ${channels} channels`);
  if (bits < 1 || bits > 64) throw new Error(`it declares samples of ${bits} bits`);
}

function* pieces(bytes: Uint8Array): Generator<Uint8Array> {
  for (let start = 0; start < bytes.length; start += pieceBytes)
    yield bytes.subarray(start, start + pieceBytes);
}

/** Of FLAC's metadata the first block alone: the decoder copies what it holds of others, such as pictures, at every piece. */
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
