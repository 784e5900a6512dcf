/**
 * The spectrogram that the built-in encoders of sounds share, with every constant.
 *
 * A sound is mono, 16 kHz, from −1 to 1. `PAD` = 4,000 zeros (0.25 s) go before and after it, and more zeros after it until
 * there are 12,512 samples, 76 frames. Frame f is the 400 samples from 160·f + 56 under a periodic Hann window,
 * sin²(πn / 400), zero-padded to 512; P_k = |X_k|², for k = 0 … 256.
 *
 * - `networkLevels`: 32 bands from 60 to 3,800 Hz with triangular filters of unit area, equally spaced on Slaney's mel scale
 *   (linear to 1,000 Hz: 3f / 200; then 15 + 27 ln(f / 1000) / ln 6.4), on 32767² · P: 10 log₁₀ max(10⁻¹⁰, Σ_k w_k P_k) dB, at
 *   least the maximum of the sound − 80 dB. These are the levels of openWakeWord's `melspectrogram.onnx`.
 * - `logMel`: 40 bands, 32 from 60 to 3,800 Hz and 8 from 3,800 to 8,000 Hz, with triangular filters of height 1, equally
 *   spaced on the scale 2595 log₁₀(1 + f / 700), on P / 200², of the frames inside the sound (without the zeros around it,
 *   the first in any case): ln(10⁻⁹ + Σ_k w_k P_k).
 */

import { fourier } from "../audio/fourier.js";

/** Sample rate in Hz. */
export const RATE = 16_000;
/** Zeros before and after a sound; a multiple of `HOP`. */
const PAD = 4000;
const SIZE = 512;
const BINS = SIZE / 2 + 1;
const WINDOW = 400;
const OFFSET = (SIZE - WINDOW) / 2;
const HOP = 160;
/** Frames of one window of the network. */
export const WINDOW_FRAMES = 76;
const MIN_SAMPLES = SIZE + (WINDOW_FRAMES - 1) * HOP;

/** Bands of the network's input. */
export const BANDS = 32;
const HIGH_BANDS = 8;
/** Bands of `logMel`. */
export const ALL_BANDS = BANDS + HIGH_BANDS;
const [LOW, MIDDLE, HIGH] = [60, 3800, 8000];
const FULL_SCALE = 32767;
const RANGE_DB = 80;
const MIN_POWER = 1e-10;
const EPSILON = 1e-9;

const hann = Float64Array.from({ length: WINDOW }, (_, n) => Math.sin((Math.PI * n) / WINDOW) ** 2);
const GAIN = hann.reduce((sum, weight) => sum + weight, 0);

/** A triangular filter: `weights[i]` belongs to bin `first` + i. */
interface Band {
  readonly first: number;
  readonly weights: Float64Array;
}

/** Filters with their edges at equal steps of a mel scale; `height` is that of the triangle between two frequencies. */
function bandsOf(
  count: number,
  range: readonly [low: number, high: number],
  scale: { mel(hertz: number): number; hertz(mel: number): number },
  height: (left: number, right: number) => number,
): Band[] {
  const [low, high] = range.map(scale.mel);
  const edges = Array.from({ length: count + 2 }, (_, i) =>
    scale.hertz(low + (i * (high - low)) / (count + 1)),
  );
  return Array.from({ length: count }, (_, band) => {
    const [left, centre, right] = edges.slice(band, band + 3);
    const first = Math.ceil((left * SIZE) / RATE);
    const length = Math.min(BINS - 1, Math.floor((right * SIZE) / RATE)) - first + 1;
    const weights = Float64Array.from({ length }, (_, i) => {
      const hertz = ((first + i) * RATE) / SIZE;
      const inside = Math.min((hertz - left) / (centre - left), (right - hertz) / (right - centre));
      return height(left, right) * Math.max(0, inside);
    });
    return { first, weights };
  });
}

const slaney = {
  mel: (hertz: number) =>
    hertz < 1000 ? (3 * hertz) / 200 : 15 + (27 * Math.log(hertz / 1000)) / Math.log(6.4),
  hertz: (mel: number) => (mel < 15 ? (200 * mel) / 3 : 1000 * 6.4 ** ((mel - 15) / 27)),
};
const logarithmic = {
  mel: (hertz: number) => 2595 * Math.log10(1 + hertz / 700),
  hertz: (mel: number) => 700 * (10 ** (mel / 2595) - 1),
};
const networkBands = bandsOf(BANDS, [LOW, MIDDLE], slaney, (left, right) => 2 / (right - left));
const allBands = [
  ...bandsOf(BANDS, [LOW, MIDDLE], logarithmic, () => 1),
  ...bandsOf(HIGH_BANDS, [MIDDLE, HIGH], logarithmic, () => 1),
];

const sumOf = ({ first, weights }: Band, power: Float64Array, frame: number) => {
  let sum = 0;
  for (let i = 0; i < weights.length; i++) sum += weights[i] * power[frame * BINS + first + i];
  return sum;
};

/** The power spectrogram of a sound: `power` `[frames, 257]`, and the frames that lie in the sound. */
export interface Spectrogram {
  readonly power: Float64Array;
  readonly frames: number;
  readonly inside: readonly [first: number, end: number];
}

/** The power spectrogram of a sound of mono samples at 16 kHz. Two frames take one complex Fourier transform. */
export function spectrogram(samples: Float32Array): Spectrogram {
  const padded = new Float32Array(Math.max(MIN_SAMPLES, samples.length + 2 * PAD));
  padded.set(samples, PAD);
  const frames = 1 + Math.floor((padded.length - SIZE) / HOP);
  const power = new Float64Array(frames * BINS);
  const [re, im] = [new Float64Array(SIZE), new Float64Array(SIZE)];
  for (let frame = 0; frame < frames; frame += 2) {
    re.fill(0);
    im.fill(0);
    const start = frame * HOP + OFFSET;
    const isPair = frame + 1 < frames;
    for (let n = 0; n < WINDOW; n++) {
      re[OFFSET + n] = hann[n] * padded[start + n];
      if (isPair) im[OFFSET + n] = hann[n] * padded[start + HOP + n];
    }
    fourier(re, im);
    for (let k = 0; k < BINS; k++) {
      // The spectra of the real and the imaginary part: (Z_k ± Z*_{−k}) / 2.
      const other = (SIZE - k) % SIZE;
      power[frame * BINS + k] = ((re[k] + re[other]) ** 2 + (im[k] - im[other]) ** 2) / 4;
      if (isPair) power[(frame + 1) * BINS + k] = ((im[k] + im[other]) ** 2 + (re[k] - re[other]) ** 2) / 4;
    }
  }
  const first = PAD / HOP;
  const end = first + Math.max(1, 1 + Math.floor((samples.length - OFFSET - WINDOW) / HOP));
  return { power, frames, inside: [first, end] };
}

/** Levels in dB, `[frames, 32]`, as the network's own front end gives them. */
export function networkLevels({ power, frames }: Spectrogram): Float32Array {
  const levels = new Float64Array(frames * BANDS);
  let most = Number.NEGATIVE_INFINITY;
  for (let frame = 0; frame < frames; frame++)
    for (let band = 0; band < BANDS; band++) {
      const sum = FULL_SCALE ** 2 * sumOf(networkBands[band], power, frame);
      const level = 10 * Math.log10(Math.max(MIN_POWER, sum));
      levels[frame * BANDS + band] = level;
      most = Math.max(most, level);
    }
  return Float32Array.from(levels, (level) => Math.max(level, most - RANGE_DB));
}

/** The log-mel spectrogram of the frames in the sound: mean by band, then standard deviation by band, `[80]`. */
export function logMelStatistics({ power, inside: [first, end] }: Spectrogram): Float32Array {
  const out = new Float32Array(2 * ALL_BANDS);
  for (const [band, filter] of allBands.entries()) {
    let [sum, squares] = [0, 0];
    for (let frame = first; frame < end; frame++) {
      const level = Math.log(EPSILON + sumOf(filter, power, frame) / GAIN ** 2);
      sum += level;
      squares += level * level;
    }
    const mean = sum / (end - first);
    out[band] = mean;
    out[ALL_BANDS + band] = Math.sqrt(Math.max(0, squares / (end - first) - mean * mean));
  }
  return out;
}
