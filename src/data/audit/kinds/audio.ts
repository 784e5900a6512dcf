/** Compares audio by log-mel spectrograms of fixed length; copies correlate whatever their loudness and encoding. */

import { createHash } from "node:crypto";
import { logMel } from "../../../modality/audio/mel.js";
import { resample } from "../../../modality/audio/resample.js";
import { decodeAudio } from "../../../modality/index.js";
import type { Comparer } from "./types.js";

const rate = 8000;
const mels = 24;
/** Time steps of the compared spectrogram. */
const parts = 32;
const width = mels * parts;
/** Length of the compared part of a clip, in seconds. */
const mostSeconds = 30;

/** `levels` is float32 [24, 32], centred. */
interface Kept {
  readonly levels: Float32Array;
  readonly content: Uint8Array;
}

export const audio: Comparer<Kept> = {
  async read(value, where) {
    const clip = await decodeAudio(value, where);
    const beginning = clip.samples.subarray(0, Math.ceil(mostSeconds * clip.rate));
    const spectrum = logMel(resample(beginning, clip.rate, rate), { rate, mels, window: 256, hop: 128 });
    const frames = spectrum.length / mels;
    const levels = Float32Array.from({ length: width }, (_, i) => {
      const [mel, part] = [Math.floor(i / parts), i % parts];
      const from = Math.floor((part * frames) / parts);
      const to = Math.max(from + 1, Math.floor(((part + 1) * frames) / parts));
      const own = spectrum.subarray(mel * frames + from, mel * frames + to);
      return own.reduce((sum, level) => sum + level, 0) / own.length;
    });
    const mean = levels.reduce((sum, level) => sum + level, 0) / width;
    const content = createHash("sha256").update(`${clip.rate}:`).update(clip.samples).digest();
    return { levels: levels.map((level) => level - mean), content };
  },
  content: ({ content }) => content,
  features(kept) {
    const data = new Float32Array(kept.length * width);
    for (const [i, { levels }] of kept.entries()) data.set(levels, i * width);
    return { data, width };
  },
  distance(a, b) {
    let [products, squaresA, squaresB] = [0, 0, 0];
    for (let i = 0; i < width; i++) {
      products += a.levels[i] * b.levels[i];
      squaresA += a.levels[i] ** 2;
      squaresB += b.levels[i] ** 2;
    }
    return squaresA > 0 && squaresB > 0 ? 1 - products / Math.sqrt(squaresA * squaresB) : 1;
  },
  near: 0.005,
};
