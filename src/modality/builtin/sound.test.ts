import { describe, expect, it } from "vitest";
import { ALL_BANDS, BANDS, logMelStatistics, networkLevels, spectrogram, WINDOW_FRAMES } from "./sound.js";

const tone = (hertz: number, amplitude: number, count = 16_000) =>
  Float32Array.from({ length: count }, (_, n) => amplitude * Math.sin((2 * Math.PI * hertz * n) / 16_000));
const loudest = (values: ArrayLike<number>) => Array.from(values).indexOf(Math.max(...Array.from(values)));

describe("the spectrogram", () => {
  it("is the power of each frame's Fourier transform, by direct sums", () => {
    const samples = tone(700, 0.5, 4000).map((value, n) => value + 0.1 * Math.sin(n * n));
    const { power, frames } = spectrogram(samples);
    expect(frames).toBe(1 + Math.floor((12_512 - 512) / 160));
    for (const [frame, k] of [
      [24, 3],
      [30, 23],
      [31, 256],
      [frames - 1, 0],
    ]) {
      let [re, im] = [0, 0];
      for (let n = 0; n < 400; n++) {
        const value = Math.sin((Math.PI * n) / 400) ** 2 * (samples[160 * frame + 56 + n - 4000] ?? 0);
        re += value * Math.cos((2 * Math.PI * k * (n + 56)) / 512);
        im += value * Math.sin((2 * Math.PI * k * (n + 56)) / 512);
      }
      expect(power[frame * 257 + k]).toBeCloseTo(re * re + im * im, 8);
    }
  });

  it("has at least one window of frames, and knows which frames are in the sound", () => {
    for (const count of [0, 1, 455, 456, 615, 616, 20_000]) {
      const { frames, inside } = spectrogram(new Float32Array(count));
      expect(frames).toBeGreaterThanOrEqual(WINDOW_FRAMES);
      const last = Math.max(0, Math.floor((count - 456) / 160));
      expect(inside).toEqual([25, 26 + last]);
      expect(inside[1]).toBeLessThanOrEqual(frames);
    }
  });
});

describe("levels of the network", () => {
  it("cover 80 dB, and are highest in the band of a tone", () => {
    const spectrum = spectrogram(tone(1000, 0.5));
    const levels = networkLevels(spectrum);
    expect(levels).toHaveLength(spectrum.frames * BANDS);
    const most = Math.max(...levels);
    expect(Math.min(...levels)).toBeCloseTo(most - 80, 4);
    const frame = levels.subarray(60 * BANDS, 61 * BANDS);
    // The band of 1,000 Hz among 32 from 60 to 3,800 Hz, that is 0.9 to 34.42 mel: the one centred nearest 15 mel.
    expect(loudest(frame)).toBe(Math.round(((15 - 0.9) * 33) / (34.42 - 0.9)) - 1);
  });

  it("of half the amplitude are 6 dB lower", () => {
    const [loud, soft] = [0.5, 0.25].map((amplitude) => networkLevels(spectrogram(tone(440, amplitude))));
    for (const [i, level] of soft.entries()) expect(loud[i] - level).toBeCloseTo(20 * Math.log10(2), 3);
  });

  it("of silence are equal", () => {
    expect(new Set(networkLevels(spectrogram(new Float32Array(8000))))).toEqual(new Set([-100]));
  });
});

describe("statistics of the log-mel spectrogram", () => {
  it("are the mean and deviation of 40 bands, up to half the sample rate", () => {
    const high = logMelStatistics(spectrogram(tone(7000, 0.5)));
    expect(high).toHaveLength(2 * ALL_BANDS);
    expect(loudest(high.subarray(0, ALL_BANDS))).toBeGreaterThanOrEqual(37);
    // A steady tone has nearly the same level in every frame.
    expect(Math.max(...high.subarray(ALL_BANDS + 37))).toBeLessThan(0.1);
  });

  it("depend on the frames in the sound only", () => {
    const silent = logMelStatistics(spectrogram(new Float32Array(8000)));
    for (const mean of silent.subarray(0, ALL_BANDS)) expect(mean).toBeCloseTo(Math.log(1e-9), 4);
    for (const deviation of silent.subarray(ALL_BANDS)) expect(deviation).toBeCloseTo(0, 4);
  });
});
