/**
 * The built-in encoders of sounds. A sound is mixed to mono and resampled to 16 kHz (../audio/resample.ts); of a longer one,
 * the middle `MAX_SECONDS` are used.
 *
 * - `network` `[288]`: Google's speech embedding (Lin, Kilgour, Roblek, Sharifi, 2020), a vector h_w `[96]` for each window of
 *   76 frames (0.76 s), every 8 frames, of levels in dB L (sound.ts), given as L / 10 + 2. With k windows: the mean
 *   μ = Σ_w a_w h_w, the standard deviation √(Σ_w a_w (h_w − μ)²), and the trend 2 Σ_w a_w (t_w − Σ_v a_v t_v) h_w over time
 *   t_w = (2w + 1) / k − 1. The weights a are the softmax of e_w / 20 dB, with e_w the mean over bands of the window's
 *   highest level: windows of silence weigh little.
 * - `mel` `[80]`, without weights: mean and standard deviation over time of a log-mel spectrogram of 40 bands (sound.ts).
 */

import { concurrently } from "../../base/concurrently.js";
import { type AudioValue, decodeAudio } from "../audio/decode.js";
import { resample } from "../audio/resample.js";
import { fileContents, rawContents } from "../pretrained/contents.js";
import type { Contents } from "../pretrained/types.js";
import { hasEncoder } from "./files.js";
import { BuiltinNetwork } from "./network.js";
import {
  ALL_BANDS,
  BANDS,
  logMelStatistics,
  networkLevels,
  RATE,
  spectrogram,
  WINDOW_FRAMES,
} from "./sound.js";
import type { BuiltinEmbeddings, BuiltinKind } from "./types.js";

const FILE = "audio.onnx";
/** Length of the vector of a window, and frames between windows. */
const WIDTH = 96;
const WINDOW_HOP = 8;
/** Temperature of the weights of windows, in dB. */
const TEMPERATURE = 20;
/** Sounds that are decoded ahead of the network, per thread. */
const AHEAD = 2;
/** Length of a sound that is used, in seconds. */
const MAX_SECONDS = 30;

export const audio: BuiltinKind = {
  kind: "audio",
  version: 1,
  encoders: [
    { name: "network", length: 3 * WIDTH, files: [FILE], constants: "audio/network" },
    { name: "mel", length: 2 * ALL_BANDS, constants: "audio/mel" },
  ],

  async contents(value, where) {
    const read = await fileContents(value, where);
    if (read) return read;
    const { rate, samples } = await decodeAudio(value as AudioValue, where);
    return rawContents(value, where, `${rate}`, [samples]);
  },

  embed(contents) {
    const network = BuiltinNetwork.of(FILE);
    return concurrently(contents, AHEAD * network.threads, (each) => embedSound(each, network));
  },
};

/** A notice on sounds of which only the middle is used; undefined if the longest has at most 30 seconds. */
export const longSoundNotice = (longestSeconds: number): string | undefined =>
  longestSeconds > MAX_SECONDS
    ? `of sounds of up to ${Number(longestSeconds.toPrecision(3))} s, the middle ${MAX_SECONDS} s are used`
    : undefined;

async function embedSound({ value, where }: Contents, network: BuiltinNetwork): Promise<BuiltinEmbeddings> {
  const { samples, rate } = await decodeAudio(value as AudioValue, where);
  const most = Math.round(MAX_SECONDS * rate);
  const start = Math.max(0, (samples.length - most) >> 1);
  const spectrum = spectrogram(resample(samples.subarray(start, start + most), rate, RATE));
  const mel = logMelStatistics(spectrum);
  if (!hasEncoder(FILE)) return { mel };
  const levels = networkLevels(spectrum);
  const data = levels.map((level) => level / 10 + 2);
  const feeds = { levels: { type: "float32" as const, shape: [1, 1, spectrum.frames, BANDS], data } };
  const windows = await network.run(feeds, "windows");
  return { network: pooled(windows.data, levels), mel };
}

/** Weighted mean, standard deviation and trend over windows `[96, k]`, of levels `[frames, 32]`. */
function pooled(windows: Float32Array, levels: Float32Array): Float32Array {
  const count = windows.length / WIDTH;
  const weights = windowWeights(levels, count);
  const times = weights.map((_, w) => (2 * w + 1) / count - 1);
  const middle = weights.reduce((sum, weight, w) => sum + weight * times[w], 0);
  const out = new Float32Array(3 * WIDTH);
  for (let i = 0; i < WIDTH; i++) {
    const row = windows.subarray(i * count, (i + 1) * count);
    const mean = weights.reduce((sum, weight, w) => sum + weight * row[w], 0);
    out[i] = mean;
    out[WIDTH + i] = Math.sqrt(weights.reduce((sum, weight, w) => sum + weight * (row[w] - mean) ** 2, 0));
    out[2 * WIDTH + i] =
      2 * weights.reduce((sum, weight, w) => sum + weight * (times[w] - middle) * row[w], 0);
  }
  return out;
}

/** The weights of `count` windows, with sum 1. */
function windowWeights(levels: Float32Array, count: number): Float64Array {
  const loudness = Float64Array.from({ length: count }, (_, w) => {
    let sum = 0;
    for (let band = 0; band < BANDS; band++) {
      let most = Number.NEGATIVE_INFINITY;
      for (let frame = w * WINDOW_HOP; frame < w * WINDOW_HOP + WINDOW_FRAMES; frame++)
        most = Math.max(most, levels[frame * BANDS + band]);
      sum += most;
    }
    return sum / BANDS;
  });
  const loudest = Math.max(...loudness);
  const powers = loudness.map((level) => Math.exp((level - loudest) / TEMPERATURE));
  const total = powers.reduce((sum, power) => sum + power, 0);
  return powers.map((power) => power / total);
}
