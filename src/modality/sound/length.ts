/**
 * How long a sound may be: a small file of silence may be hours of it. Compressed sound is decoded a kilobyte at a time, and
 * nothing is kept, before it is decoded whole.
 */

import { InputError } from "../../base/errors.js";

export type Compressed = "mp3" | "flac" | "vorbis";

/** Samples from −1 to 1, an array a channel. */
export interface Channels {
  readonly channelData: Float32Array[];
  readonly sampleRate: number;
}

/** What a decoder's package gives: the sound of a whole file, or of one piece after another. */
export interface Codec {
  default(bytes: Uint8Array): Promise<Channels>;
  decoder(): Promise<{ decode(piece: Uint8Array): Channels; free(): void }>;
}

/** Of all channels together; half a gigabyte once they are decoded. */
const mostSamples = 128_000_000;
/** Of silence in FLAC, each piece may be 20 million samples. */
const pieceBytes = 1024;
/** The most that a byte of MP3 becomes: two channels of 576 samples in 24 bytes, rounded up. */
const samplesOfMp3Byte = 96;
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
