/** Decodes compressed audio with optional decoder packages. */

import { importOptional } from "../../base/optional.js";
import { type Channels, type Codec, type Compressed, checkCount, checkLength } from "./length.js";

/** Decode compressed audio, after a check of its length. */
export async function decodeCompressed(bytes: Uint8Array, format: Compressed, at: string): Promise<Channels> {
  const codec = await decoderOf(format, at);
  await checkLength(codec, bytes, format, at);
  const sound = await codec.default(bytes);
  checkCount(
    sound.channelData.reduce((sum, { length }) => sum + length, 0),
    at,
  );
  return sound;
}

/** Check that the decoder of a format is installed. @throws {InputError} optional/not-installed */
export async function checkDecoder(format: Compressed, at: string): Promise<void> {
  await decoderOf(format, at);
}

/** The files that each decoder reads, in errors. */
const reads: Readonly<Record<Compressed, string>> = {
  mp3: "MP3 files",
  flac: "FLAC files",
  vorbis: "Ogg Vorbis files",
  opus: "Ogg Opus files",
  aac: "M4A and AAC files",
  aiff: "AIFF files",
};

const decoderOf = (format: Compressed, where: string): Promise<Codec> =>
  importOptional(`@audio/decode-${format}`, {
    where,
    reads: reads[format],
    otherwise: "convert the file to WAV",
  });
