/** Decodes audio values to mono samples: WAV always; MP3, FLAC, Ogg, M4A and AIFF with optional decoder packages. */

import { InputError } from "../../base/errors.js";
import { describe, Media } from "../modality.js";
import { checkDecoder, decodeCompressed } from "./compressed.js";
import { headBytes, type SoundFormat, soundFormat } from "./format.js";
import { decodeWavFile } from "./wav.js";

/** Samples from −1 to 1, several channels as one array each. `sampleRate` is in samples per second. */
export interface RawAudio {
  readonly sampleRate: number;
  readonly samples: Float32Array | readonly Float32Array[];
}

/** The value of an audio modality: an encoded file, or samples. */
export type AudioValue = Uint8Array | Blob | Media | RawAudio;

/** One channel. */
export interface MonoAudio {
  readonly rate: number;
  readonly samples: Float32Array;
}

const soundsRead = "a WAV, MP3, FLAC, Ogg Vorbis, Ogg Opus, M4A, AAC or AIFF file";
const mostBytes = 256 * 2 ** 20;
const mostRate = 768_000;

const isRawAudio = (value: unknown): value is RawAudio =>
  typeof value === "object" && value !== null && "sampleRate" in value;

/** Check the type of an audio value, and raw samples. @throws {InputError} audio/bad-value */
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

/** Decode audio, and mix it to mono. @throws {InputError} audio/corrupt, audio/unsupported, audio/too-large */
export async function decodeAudio(value: unknown, where: string): Promise<MonoAudio> {
  checkAudio(value, where);
  if (isRawAudio(value)) return mixed(value);
  const at = value instanceof Media ? inFile(value, where) : where;
  const bytes = value instanceof Blob ? new Uint8Array(await value.arrayBuffer()) : await bytesOf(value);
  const format = formatOf(bytes, at);
  if (bytes.length > mostBytes) throw tooLarge(at);
  try {
    const { channelData, sampleRate } =
      format === "wav" ? decodeWavFile(bytes, at) : await decodeCompressed(bytes, format, at);
    const raw = { sampleRate, samples: channelData };
    checkAudio(raw, at);
    return mixed(raw);
  } catch (error) {
    // An invalid result of the decoder (audio/bad-value) means that the file is damaged.
    if (error instanceof InputError && error.code !== "audio/bad-value") throw error;
    throw new InputError(
      {
        code: "audio/corrupt",
        where: at,
        problem: `the sound cannot be decoded (${reason(error, at)})`,
        expected: `a complete file with finite samples: ${soundsRead}`,
        remedy: "Replace the file, or remove the row.",
      },
      { cause: error },
    );
  }
}

const bytesOf = (value: Uint8Array | Media) => (value instanceof Media ? value.read() : value);

/** Check that a file begins as supported audio whose decoder is installed. @throws {InputError} */
export async function checkAudioHead(media: Media, where: string): Promise<void> {
  const at = inFile(media, where);
  const format = formatOf(await media.head(headBytes), at);
  if (format !== "wav") await checkDecoder(format, at);
}

const inFile = ({ name }: Media, where: string) => `${where}, file ${name}`;

const reason = (error: unknown, at: string) =>
  (error as Error).message.split(";")[0].split("\n")[0].replace(`${at}: `, "").trim();

function mixed({ sampleRate, samples }: RawAudio): MonoAudio {
  if (samples instanceof Float32Array) return { rate: sampleRate, samples };
  const sum = (i: number) => samples.reduce((total, channel) => total + channel[i], 0);
  const mono = samples[0].map((_, i) => sum(i) / samples.length);
  return { rate: sampleRate, samples: mono };
}

/** The format of a file by its first bytes. @throws {InputError} audio/unsupported */
function formatOf(bytes: Uint8Array, where: string): SoundFormat {
  const detected = soundFormat(bytes.subarray(0, headBytes));
  if ("format" in detected) return detected.format;
  throw new InputError({
    code: "audio/unsupported",
    where,
    problem: detected.found,
    expected: soundsRead,
    remedy: "Convert the file to WAV, or remove the row.",
  });
}

const tooLarge = (where: string) =>
  new InputError({
    code: "audio/too-large",
    where,
    problem: "the file is too large",
    expected: `at most ${mostBytes / 2 ** 20} MiB`,
    remedy: "Cut the recording into clips.",
  });
