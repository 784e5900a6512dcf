/**
 * The audio kind: audio, encoded as float32 `[channels, mels, frames]`, its log-mel spectrogram, standardised per mel band,
 * x = (level − mean) / std.
 *
 * Audio is mixed to mono and resampled. Longer clips are centre-cropped, shorter ones padded with zeros; if train clips differ
 * in length, a second channel is 1 for frames of the clip and 0 for padding. Augmentation shifts in time, stretches in time and
 * frequency, changes the level, and masks a range of frames and of bands with the mean (SpecAugment; Park et al., 2019).
 */

import { z } from "zod";
import { InputError } from "../../base/errors.js";
import { around, warp } from "../image/warp.js";
import { Media, type Modality, type ModalitySpec } from "../modality.js";
import { parseOptions } from "../options.js";
import { evenly } from "../survey.js";
import { checkAudio, checkAudioHead, decodeAudio, type MonoAudio } from "./decode.js";
import { isAudioHead } from "./format.js";
import { type Framing, frameCount, logMel } from "./mel.js";
import { resample } from "./resample.js";

/** `shape` is `[1 or 2, mels, frames]`; `rate`, `window` and `hop` are in samples; `mean` and `std` are by mel band. */
export interface AudioSpec extends ModalitySpec {
  readonly kind: "audio";
  readonly shape: readonly [channels: number, mels: number, frames: number];
  readonly rate: number;
  readonly samples: number;
  readonly window: number;
  readonly hop: number;
  readonly mean: readonly number[];
  readonly std: readonly number[];
}

const leastRate = 1000;
const rate = z.int().min(leastRate).max(192_000);
const bands = z.int().min(16).max(256);
const schema = z.strictObject({
  rate: rate.optional().describe("a whole number of samples per second from 1000 to 192000"),
  seconds: z.number().positive().max(60).optional().describe("a number above 0, at most 60"),
  mels: bands.default(40).describe("a whole number from 16 to 256"),
  window: z.number().min(1).max(1000).optional().describe("a number of milliseconds from 1 to 1000"),
  hop: z.number().min(1).max(1000).optional().describe("a number of milliseconds from 1 to 1000"),
});

const count = z.int().min(1);
const mostRate = 16_000;
const mostSeconds = 10;
const usualWindow = 32;
const usualHop = 16;
/** Limit of frames by default: with 10 seconds of frames every 16 ms, an episode of default size takes 3 GB. */
const mostFrames = 256;

/**
 * Options: `rate`, by default the lowest of the train clips, at most 16,000; `seconds`, by default the longest of the train
 * clips, at most 10; `mels` (40); `window` (32) and `hop` (16), in milliseconds. If `hop` is absent, longer clips get a hop
 * that makes 256 frames, and a window of two hops.
 */
export const audio: Modality<AudioSpec> = {
  spec: z
    .strictObject({
      kind: z.literal("audio"),
      shape: z.tuple([z.int().min(1).max(2), bands, count]).readonly(),
      rate,
      samples: count,
      window: count,
      hop: count,
      mean: z.array(z.number()).readonly(),
      std: z.array(z.number().positive()).readonly(),
    })
    .refine(({ shape, mean, std }) => mean.length === shape[1] && std.length === shape[1], {
      message: "mean and std need one number per mel band",
    }),

  files: {
    extensions: "wav wave mp3 flac ogg oga opus m4a aac aif aiff aifc".split(" "),
    isHead: isAudioHead,
    folders: /^(?:audios?|sounds?|wavs?|speech|voices?|clips?|recordings?|mp3s?)$/i,
    noun: ["sound", "sounds"],
  },
  check: checkAudio,
  checkHead: checkAudioHead,
  sizeOf: async (value) =>
    value instanceof Media ? { of: "bytes", size: (await value.read()).length } : undefined,

  async plan(samples, options, where, note) {
    const { mels, ...chosen } = parseOptions(schema, options, where);
    const clips: MonoAudio[] = [];
    for (const { value, where } of evenly(samples)) clips.push(await decodeAudio(value, where));
    if (clips.length === 0) throw nothingToPlan(where);
    const lengths = clips.map(({ samples, rate }) => samples.length / rate);
    const rate =
      chosen.rate ?? Math.max(leastRate, Math.min(mostRate, ...clips.map((clip) => Math.round(clip.rate))));
    const seconds = chosen.seconds ?? Math.min(mostSeconds, Math.max(...lengths));
    const inSamples = (milliseconds: number) => Math.max(1, Math.round((milliseconds * rate) / 1000));
    const length = Math.max(1, Math.round(seconds * rate));
    const coarse = chosen.hop === undefined ? Math.ceil(length / mostFrames) : 0;
    const isLong = coarse > inSamples(usualHop);
    const hop = isLong ? coarse : inSamples(chosen.hop ?? usualHop);
    const window = isLong && chosen.window === undefined ? 2 * hop : inSamples(chosen.window ?? usualWindow);
    const framing = { rate, mels, window, hop };
    const longest = Math.max(...lengths);
    if (chosen.seconds === undefined && longest > 1.01 * seconds)
      note?.(
        `of sounds of up to ${figure(longest)} s, the middle ${seconds} s are used; \`seconds\` in dataset.json sets more`,
      );
    if (isLong)
      note?.(
        `sounds of ${figure(seconds)} s have ${mostFrames} frames of ${figure((1000 * hop) / rate)} ms instead of ${usualHop}; \`hop\` in dataset.json sets them`,
      );
    const vary = lengths.some((own) => Math.abs(own - seconds) > 0.01 * seconds);
    const [sum, squares] = [new Float64Array(mels), new Float64Array(mels)];
    let all = 0;
    for (const clip of clips) {
      const levels = spectrogram(clip, framing, length);
      const frames = levels.length / mels;
      for (const [i, level] of levels.entries()) {
        sum[Math.floor(i / frames)] += level;
        squares[Math.floor(i / frames)] += level ** 2;
      }
      all += frames;
    }
    const mean = Array.from(sum, (total) => round(total / all));
    const std = Array.from(
      squares,
      (total, m) => round(Math.sqrt(Math.max(0, total / all - mean[m] ** 2))) || 1,
    );
    const frames = frameCount(length, framing);
    return {
      kind: "audio",
      shape: [vary ? 2 : 1, mels, frames],
      samples: length,
      ...withoutMels(framing),
      mean,
      std,
    };
  },

  async encode(value, spec, where) {
    const { shape, rate, samples, window, hop, mean, std } = spec;
    const [channels, mels, frames] = shape;
    const clip = await decodeAudio(value, where);
    const levels = spectrogram(clip, { rate, mels, window, hop }, samples);
    const own = levels.length / mels;
    const out = new Float32Array(channels * mels * frames);
    for (let m = 0; m < mels; m++) {
      for (let f = 0; f < own; f++) out[m * frames + f] = (levels[m * own + f] - mean[m]) / std[m];
      if (channels === 2) out.fill(1, (mels + m) * frames, (mels + m) * frames + own);
    }
    return out;
  },

  augment(array, { shape: [channels, mels, frames] }, random) {
    const speed = 1 + around(random, 0.15);
    const height = 1 + around(random, 0.06);
    const [dy, dx] = [around(random, 0.04 * mels), around(random, 0.12 * frames)];
    warp(array, mels, frames, { a: height, b: 0, c: 0, d: speed, dy, dx });
    const levels = array.subarray(0, mels * frames);
    const louder = around(random, 0.5);
    const there = channels === 2 ? array.subarray(mels * frames) : undefined;
    for (let i = 0; i < levels.length; i++) levels[i] += louder * (there?.[i] ?? 1);
    const stretch = (size: number) => {
      const length = random.integer(Math.ceil(0.2 * size));
      const start = random.integer(size - length);
      return { start, end: start + length };
    };
    const [time, band] = [stretch(frames), stretch(mels)];
    for (let m = 0; m < mels; m++) levels.fill(0, m * frames + time.start, m * frames + time.end);
    levels.fill(0, band.start * frames, band.end * frames);
  },
};

/** The log-mel spectrogram [mels, frames] of a clip, or of its middle `most` samples. */
function spectrogram({ rate, samples }: MonoAudio, framing: Framing, most: number): Float32Array {
  const resampled = resample(samples, rate, framing.rate);
  const start = Math.max(0, (resampled.length - most) >> 1);
  return logMel(resampled.subarray(start, start + most), framing);
}

const withoutMels = ({ rate, window, hop }: Framing) => ({ rate, window, hop });

/** A number in a message. */
const figure = (value: number) => Number(value.toPrecision(3));

const round = (value: number) => Number(value.toFixed(6));

const nothingToPlan = (where: string) =>
  new InputError({
    code: "audio/no-train-clip",
    where,
    problem: "no train row has this modality",
    expected: "at least one train clip",
    remedy: "Add clips to the train classes, or leave the modality out of the option `modalities`.",
  });
