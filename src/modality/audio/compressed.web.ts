/** Decodes compressed audio in a page: by the browser, whose decoders a worker reaches through its page only. */

import { invariant } from "../../base/errors.js";
import { type Channels, type Compressed, checkCount, mostSamples } from "./length.js";
import { nativeRate } from "./native-rate.web.js";

/** What the browser's decoder is asked for. */
export interface SoundRequest {
  readonly bytes: Uint8Array;
  /** Samples per second of the result. */
  readonly rate: number;
  /** Length in seconds up to which the file is decoded. */
  readonly mostSeconds: number;
}

/** Decodes a file; resolves with undefined for a longer one, or one of unknown length. */
export type SoundDecoder = (request: SoundRequest) => Promise<Channels | undefined>;

let decoder: SoundDecoder | undefined;

/** Set the decoder of the page. */
export function setSoundDecoder(decode: SoundDecoder): void {
  decoder = decode;
}

/** Decode compressed audio at its own sample rate. @throws {InputError} audio/too-long */
export async function decodeCompressed(bytes: Uint8Array, format: Compressed, at: string): Promise<Channels> {
  invariant(decoder, "no decoder of sounds is set");
  const rate = nativeRate(bytes, format);
  const sound = await decoder({ bytes, rate, mostSeconds: mostSamples / rate });
  checkCount(sound?.channelData.reduce((sum, { length }) => sum + length, 0) ?? Infinity, at);
  return sound!;
}

/** A browser decodes what it can: the first attempt shows whether it reads a format. */
export async function checkDecoder(_format: Compressed, _at: string): Promise<void> {}
