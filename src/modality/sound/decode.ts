/** Sound values to mono samples: WAV by itself; MP3, FLAC and Ogg Vorbis where their decoder is installed. */

import decodeWav from "@audio/decode-wav";
import { InputError } from "../../base/errors.js";
import { describe, Media } from "../modality.js";
import { type Channels, type Codec, type Compressed, checkCount, checkLength } from "./length.js";

/** Samples from −1 to 1; several channels as one array each. `sampleRate` is in samples a second. */
export interface RawAudio {
  readonly sampleRate: number;
  readonly samples: Float32Array | readonly Float32Array[];
}

/** What an audio modality takes: an encoded file, or samples. */
export type AudioValue = Uint8Array | Blob | Media | RawAudio;

/** One channel. */
export interface MonoAudio {
  readonly rate: number;
  readonly samples: Float32Array;
}

const mostBytes = 256 * 2 ** 20;
const mostRate = 768_000;
const mostChannels = 64;

const isRawAudio = (value: unknown): value is RawAudio =>
  typeof value === "object" && value !== null && "sampleRate" in value;

/** Throw unless the value is of a type that sound comes in, and raw samples are some. */
export function checkAudio(value: unknown, where: string): asserts value is AudioValue {
  if (value instanceof Uint8Array || value instanceof Blob || value instanceof Media) return;
  const fail = (problem: string) => {
    throw new InputError({
      code: "audio/bad-value",
      where,
      problem,
      expected: "encoded bytes (Uint8Array or Blob) or { sampleRate, samples }",
      remedy: "Give the bytes of a WAV file, or a file in an `<modality>_file_name` field.",
    });
  };
  if (!isRawAudio(value)) return fail(`${describe(value)} is not sound`);
  const { sampleRate, samples } = value;
  const channels = samples instanceof Float32Array ? [samples] : samples;
  if (!Array.isArray(channels) || !channels.every((one) => one instanceof Float32Array))
    return fail("samples is neither a Float32Array nor a list of them");
  if (channels.length === 0 || channels[0].length === 0) fail("there are no samples");
  if (!(sampleRate >= 1 && sampleRate <= mostRate)) fail(`the sample rate is ${sampleRate}`);
  if (channels.some(({ length }) => length !== channels[0].length)) fail("the channels differ in length");
  if (!channels.every((one) => one.every(Number.isFinite))) fail("a sample is not finite");
}

/** The mean of a value's channels. */
export async function decodeAudio(value: unknown, where: string): Promise<MonoAudio> {
  checkAudio(value, where);
  if (isRawAudio(value)) return mixed(value);
  const at = value instanceof Media ? placeOf(value, where) : where;
  const bytes = value instanceof Blob ? new Uint8Array(await value.arrayBuffer()) : await bytesOf(value);
  const format = formatOf(bytes, at);
  if (bytes.length > mostBytes) throw tooLarge(at);
  try {
    const { channelData, sampleRate } =
      format === "wav" ? decodeSoundWav(bytes, at) : await decodeCompressed(bytes, format, at);
    const raw = { sampleRate, samples: channelData };
    checkAudio(raw, at);
    return mixed(raw);
  } catch (error) {
    // Only what is wrong with the sound that the decoder made means that the file is damaged.
    if (error instanceof InputError && error.code !== "audio/bad-value") throw error;
    throw new InputError(
      {
        code: "audio/corrupt",
        where: at,
        problem: `the sound cannot be decoded (${reason(error, at)})`,
        expected: "an undamaged WAV, MP3, FLAC or Ogg Vorbis file",
        remedy: "Replace the file, or remove the row.",
      },
      { cause: error },
    );
  }
}

const bytesOf = (value: Uint8Array | Media) => (value instanceof Media ? value.read() : value);

/** Throw unless a file begins as sound does that can be decoded. */
export async function checkAudioHead(media: Media, where: string): Promise<void> {
  formatOf(await media.head(12), placeOf(media, where));
}

const placeOf = ({ name }: Media, where: string) => `${where}, file ${name}`;

const reason = (error: unknown, at: string) =>
  (error as Error).message.split(";")[0].split("\n")[0].replace(`${at}: `, "").trim();

function mixed({ sampleRate, samples }: RawAudio): MonoAudio {
  if (samples instanceof Float32Array) return { rate: sampleRate, samples };
  const sum = (i: number) => samples.reduce((total, channel) => total + channel[i], 0);
  const mono = samples[0].map((_, i) => sum(i) / samples.length);
  return { rate: sampleRate, samples: mono };
}

/** The decoder trusts what a header says, so lies are found first. */
function decodeSoundWav(bytes: Uint8Array, at: string): Channels {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const declared = view.getUint32(4, true);
  if (declared !== 0 && declared !== 0xffffffff && declared + 8 > bytes.length)
    throw new Error(`the file ends after ${bytes.length} of ${declared + 8} bytes`);
  const fmt = chunkAt(view, "fmt ");
  if (fmt === undefined || fmt + 16 > bytes.length) throw new Error("it has no format");
  const [channels, frame, bits] = [2, 12, 14].map((offset) => view.getUint16(fmt + offset, true));
  if (channels < 1 || channels > mostChannels) throw new Error(`it declares ${channels} channels`);
  const isPacked = bits < 8;
  if (frame < channels || (!isPacked && frame !== (channels * bits) / 8))
    throw new Error(`it declares frames of ${frame} bytes for ${channels} × ${bits} bits`);
  checkCount(Math.floor(bytes.length / frame) * samplesOfFrame(view, fmt) * channels, at);
  return decodeWav(bytes);
}

/** Samples of a channel that a frame holds: of the packed kinds (2 and 17, ADPCM) what the header says, else one. */
function samplesOfFrame(view: DataView, fmt: number): number {
  const uint16 = (at: number) => (at + 2 <= view.byteLength ? view.getUint16(at, true) : 0);
  const kind = uint16(fmt) === 0xfffe ? uint16(fmt + 24) : uint16(fmt);
  return kind === 2 || kind === 17 ? uint16(fmt + 18) : 1;
}

/** Where the contents of a chunk begin. */
function chunkAt(view: DataView, name: string): number | undefined {
  for (let at = 12; at + 8 <= view.byteLength; at += 8 + view.getUint32(at + 4, true)) {
    const id = String.fromCharCode(...[0, 1, 2, 3].map((i) => view.getUint8(at + i)));
    if (id === name) return at + 8;
  }
  return undefined;
}

type Format = "wav" | Compressed;

function formatOf(bytes: Uint8Array, where: string): Format {
  const text = (from: number, to: number) => String.fromCharCode(...bytes.subarray(from, to));
  if (text(0, 4) === "RIFF" && text(8, 12) === "WAVE") return "wav";
  if (text(0, 4) === "fLaC") return "flac";
  if (text(0, 4) === "OggS") return "vorbis";
  if (text(0, 3) === "ID3" || (bytes[0] === 0xff && (bytes[1] & 0xe0) === 0xe0)) return "mp3";
  throw new InputError({
    code: "audio/unsupported",
    where,
    problem: bytes.length ? "not a WAV, MP3, FLAC or Ogg file" : "the file is empty",
    expected: "a WAV, MP3, FLAC or Ogg Vorbis file",
    remedy: "Convert the file, or remove the row.",
  });
}

/** A compressed sound, once it is known to be no longer than memory allows. */
async function decodeCompressed(bytes: Uint8Array, format: Compressed, at: string): Promise<Channels> {
  const codec = await optionalDecoder(format, at);
  await checkLength(codec, bytes, format, at);
  return codec.default(bytes);
}

/** The decoder of a format that not everyone needs. */
async function optionalDecoder(format: Compressed, where: string): Promise<Codec> {
  const name = `@audio/decode-${format}`;
  try {
    return await import(name);
  } catch (error) {
    throw new InputError(
      {
        code: "audio/no-decoder",
        where,
        problem: `the package ${name} is not installed`,
        expected: `it, to read ${format} files`,
        remedy: `Run npm install ${name}, or convert the file to WAV.`,
      },
      { cause: error },
    );
  }
}

const tooLarge = (where: string) =>
  new InputError({
    code: "audio/too-large",
    where,
    problem: "the file is too large",
    expected: `at most ${mostBytes / 2 ** 20} MiB`,
    remedy: "Cut the recording into clips.",
  });
