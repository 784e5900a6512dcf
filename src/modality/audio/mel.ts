/**
 * Log-mel spectrograms (Davis and Mermelstein, 1980): ln(ε + Σ_k t_m(k) |X_k|²), with the Fourier transform X of a Hann-windowed
 * frame and triangular filters t_m, equally spaced on the mel scale 2595 · log₁₀(1 + f / 700) from 0 to half the sample rate.
 */

import { fourier } from "./fourier.js";

/** Power floor, below the resolution of 16-bit audio. */
const EPSILON = 1e-6;

const melOf = (hertz: number) => 2595 * Math.log10(1 + hertz / 700);
const hertzOf = (mel: number) => 700 * (10 ** (mel / 2595) - 1);

/** The filters: for each of `mels` bands, the weights of the Fourier bins 0 to `size` / 2 at `rate` samples per second. */
export function melFilters(mels: number, size: number, rate: number): Float64Array[] {
  const edges = Array.from({ length: mels + 2 }, (_, i) => hertzOf((i * melOf(rate / 2)) / (mels + 1)));
  return Array.from({ length: mels }, (_, m) => {
    const [left, centre, right] = edges.slice(m, m + 3);
    return Float64Array.from({ length: size / 2 + 1 }, (_, k) => {
      const hertz = (k * rate) / size;
      return Math.max(0, Math.min((hertz - left) / (centre - left), (right - hertz) / (right - centre)));
    });
  });
}

/** The framing of audio: frames of `window` samples, `hop` apart, zero-padded to a power of two for the transform. */
export interface Framing {
  readonly rate: number;
  readonly mels: number;
  readonly window: number;
  readonly hop: number;
}

/** The number of frames; at least one. */
export const frameCount = (samples: number, { window, hop }: Framing): number =>
  1 + Math.max(0, Math.ceil((samples - window) / hop));

/** The log-mel spectrogram `[mels, frames]` of mono samples; the last frame is zero-padded. */
export function logMel(samples: Float32Array, framing: Framing): Float32Array {
  const { rate, mels, window, hop } = framing;
  const size = 2 ** Math.ceil(Math.log2(window));
  const filters = melFilters(mels, size, rate);
  const frames = frameCount(samples.length, framing);
  const hann = Float64Array.from({ length: window }, (_, n) => Math.sin((Math.PI * (n + 0.5)) / window) ** 2);
  const gain = 1 / hann.reduce((sum, w) => sum + w, 0);
  const out = new Float32Array(mels * frames);
  const [re, im, power] = [size, size, size / 2 + 1].map((length) => new Float64Array(length));
  for (let f = 0; f < frames; f++) {
    re.fill(0);
    im.fill(0);
    for (let n = 0; n < window; n++) re[n] = gain * hann[n] * (samples[f * hop + n] ?? 0);
    fourier(re, im);
    for (let k = 0; k < power.length; k++) power[k] = re[k] ** 2 + im[k] ** 2;
    for (const [m, filter] of filters.entries()) {
      let sum = EPSILON;
      for (let k = 0; k < filter.length; k++) sum += filter[k] * power[k];
      out[m * frames + f] = Math.log(sum);
    }
  }
  return out;
}
