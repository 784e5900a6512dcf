import { describe, expect, it } from "vitest";
import { flac, packedWav, silentFlac, silentMp3, tone, wav } from "../../../test/support/wav.js";
import { random } from "../../base/random.js";
import { Media } from "../modality.js";
import { audio } from "./audio.js";
import { decodeAudio } from "./decode.js";
import { fourier } from "./fourier.js";
import { logMel, melFilters } from "./mel.js";
import { resample } from "./resample.js";

const samples = (...values: unknown[]) => values.map((value, i) => ({ value, where: `row ${i + 1}` }));
const plan = (values: unknown[], options = {}) => audio.plan(samples(...values), options, "card");
const noise = (count: number) => {
  const r = random(1, "noise");
  return Float32Array.from({ length: count }, () => 0.6 * (r.uniform() - 0.5));
};

describe("fourier", () => {
  it("is the sum it states", () => {
    const n = 16;
    const x = noise(n);
    const [re, im] = [Float64Array.from(x), new Float64Array(n)];
    fourier(re, im);
    for (let k = 0; k < n; k++) {
      const sum = (of: (angle: number) => number) =>
        x.reduce((total, value, t) => total + value * of((-2 * Math.PI * k * t) / n), 0);
      expect(re[k]).toBeCloseTo(sum(Math.cos), 10);
      expect(im[k]).toBeCloseTo(sum(Math.sin), 10);
    }
  });
});

describe("logMel", () => {
  const framing = { rate: 8000, mels: 16, window: 200, hop: 80 };

  it("is the logarithm of the power that the filters let through, by a direct transform", () => {
    const sound = noise(440);
    const out = logMel(sound, framing);
    expect(out).toHaveLength(16 * 4);
    const filters = melFilters(16, 256, 8000);
    const hann = Float64Array.from(
      { length: 200 },
      (_, n) => 0.5 - 0.5 * Math.cos((2 * Math.PI * (n + 0.5)) / 200),
    );
    const gain = hann.reduce((a, b) => a + b);
    for (const [frame, mel] of [
      [0, 3],
      [2, 15],
      [3, 0],
    ]) {
      let power = 1e-6;
      for (let k = 0; k <= 128; k++) {
        const sum = (of: (angle: number) => number) =>
          hann.reduce(
            (all, w, n) => all + w * (sound[frame * 80 + n] ?? 0) * of((2 * Math.PI * k * n) / 256),
            0,
          );
        power += (filters[mel][k] * (sum(Math.cos) ** 2 + sum(Math.sin) ** 2)) / gain ** 2;
      }
      expect(out[mel * 4 + frame]).toBeCloseTo(Math.log(power), 5);
    }
  });

  it("has filters that peak where mel says, and share what lies between two peaks", () => {
    const filters = melFilters(20, 2048, 16000);
    const mel = (hertz: number) => 2595 * Math.log10(1 + hertz / 700);
    for (const [m, filter] of filters.entries()) {
      const peak = (filter.indexOf(Math.max(...filter)) * 16000) / 2048;
      const expected = (mel(8000) * (m + 1)) / 21;
      expect(Math.abs(mel(peak) - expected)).toBeLessThan(mel(16000 / 2048));
    }
    const between = filters.reduce((sum, filter) => sum + filter[300], 0);
    expect(between).toBeCloseTo(1, 10);
  });

  it("finds a tone in its band", () => {
    const out = logMel(tone(1000, 8000, 0.2), framing);
    const frames = out.length / 16;
    const loudest = Array.from({ length: 16 }, (_, m) => out[m * frames + 5]);
    const filters = melFilters(16, 256, 8000).map((filter) => filter[32]);
    expect(loudest.indexOf(Math.max(...loudest))).toBe(filters.indexOf(Math.max(...filters)));
  });
});

describe("resample", () => {
  it.each([
    [44100, 16000],
    [8000, 16000],
  ])("keeps a tone from %i to %i, in pitch, height and time", (from, to) => {
    const out = resample(tone(1000, from, 0.2), from, to);
    const expected = tone(1000, to, 0.2);
    expect(out).toHaveLength(expected.length);
    const middle = out.subarray(400, -400);
    for (const [i, x] of middle.entries()) expect(Math.abs(x - expected[i + 400])).toBeLessThan(2e-3);
  });

  it("lets nothing above the new half rate through", () => {
    const out = resample(tone(6000, 16000, 0.2), 16000, 8000).subarray(200, -200);
    expect(Math.max(...out.map(Math.abs))).toBeLessThan(2e-3);
  });
});

describe("audio", () => {
  it("mixes channels, changes the rate, and gives the standardised spectrogram", async () => {
    const [left, right] = [tone(400, 16000, 0.5), tone(1500, 16000, 0.5)];
    const value = wav([left, right], 16000);
    const options = { rate: 8000, mels: 20 };
    const spec = await plan([value, wav([noise(8000)], 16000)], options);
    expect(spec).toMatchObject({ shape: [1, 20, 31], rate: 8000, samples: 4000, window: 256, hop: 128 });
    const mono = resample(
      left.map((x, i) => (x + right[i]) / 2),
      16000,
      8000,
    );
    const expected = logMel(mono, { ...spec, mels: 20 });
    const out = await audio.encode(value, spec, "x");
    for (const [i, level] of expected.entries()) {
      const m = Math.floor(i / 31);
      expect(Math.abs(out[i] * spec.std[m] + spec.mean[m] - level)).toBeLessThan(0.02);
    }
  });

  it("tells sound from what follows it where clips differ in length, and takes the middle of a long one", async () => {
    const short = { sampleRate: 8000, samples: tone(500, 8000, 0.5) };
    const long = { sampleRate: 8000, samples: tone(500, 8000, 1) };
    const spec = await plan([short, long], { mels: 16 });
    expect(spec.shape).toEqual([2, 16, 62]);
    const out = await audio.encode(short, spec, "x");
    const mask = out.subarray(16 * 62, 16 * 62 + 62);
    const own = mask.indexOf(0);
    expect(own).toBe(31);
    expect([...mask]).toEqual(Array.from(mask, (_, f) => Number(f < own)));
    expect(out.subarray(own, 62).every((x) => x === 0)).toBe(true);
    const burst = new Float32Array(16000);
    burst.set(tone(500, 8000, 1), 4000);
    expect(await audio.encode({ sampleRate: 8000, samples: burst }, spec, "x")).toEqual(
      await audio.encode(long, spec, "x"),
    );
  });

  it("takes bytes, blobs and media of one file alike", async () => {
    const bytes = wav([tone(300, 8000, 0.3)], 8000);
    const spec = await plan([bytes]);
    const expected = await audio.encode(bytes, spec, "x");
    const media = new Media("a.wav", async () => bytes);
    await audio.checkHead!(media, "row 1");
    for (const value of [new Blob([bytes.slice().buffer]), media])
      expect(await audio.encode(value, spec, "x")).toEqual(expected);
  });

  it("reads the sound of 8, 24 and 32 bits and of floats alike, to their precision", async () => {
    const sound = tone(300, 8000, 0.05);
    const { samples: expected } = await decodeAudio(wav([sound], 8000), "x");
    const as = (bits: number, tag: number, write: (to: Buffer, x: number, at: number) => void) => {
      const bytes = Buffer.from(wav([new Float32Array((sound.length * bits) / 16)], 8000));
      bytes.writeUInt16LE(tag, 20);
      bytes.writeUInt16LE(bits / 8, 32);
      bytes.writeUInt16LE(bits, 34);
      for (const [i, x] of sound.entries()) write(bytes, x, 44 + (i * bits) / 8);
      return new Uint8Array(bytes);
    };
    const forms = [
      as(8, 1, (to, x, at) => to.writeUInt8(Math.round(128 + 127 * x), at)),
      as(24, 1, (to, x, at) => to.writeIntLE(Math.round(x * 8388607), at, 3)),
      as(32, 1, (to, x, at) => to.writeInt32LE(Math.round(x * 2147483647), at)),
      as(32, 3, (to, x, at) => to.writeFloatLE(x, at)),
    ];
    for (const [i, bytes] of forms.entries()) {
      const { samples, rate } = await decodeAudio(bytes, "x");
      expect(rate).toBe(8000);
      for (const [n, x] of samples.entries())
        expect(Math.abs(x - expected[n])).toBeLessThan(i === 0 ? 0.01 : 1e-4);
    }
  });

  it("reads FLAC and MP3 by their decoders", async () => {
    const sound = tone(300, 8000, 0.3);
    const lossless = await decodeAudio(flac(sound), "x");
    expect(lossless.rate).toBe(8000);
    expect(lossless.samples).toHaveLength(sound.length);
    for (const [i, x] of lossless.samples.entries()) expect(Math.abs(x - sound[i])).toBeLessThan(1e-4);
    const silence = await decodeAudio(silentMp3(10), "x");
    expect(silence.rate).toBe(44100);
    expect(silence.samples.length).toBeGreaterThan(5000);
    expect(Math.max(...silence.samples.map(Math.abs))).toBeLessThan(1e-4);
    expect((await decodeAudio(silentFlac(2), "x")).samples).toEqual(new Float32Array(131_070));
    const damaged = flac(sound).fill(7, 42);
    await expect(decodeAudio(damaged, "row 1")).rejects.toThrow(/^row 1: the sound cannot be decoded/);
  });

  it.each<[string, Uint8Array]>([
    ["FLAC", silentFlac(2000)],
    ["FLAC after a picture", silentFlac(2000, 2 ** 22)],
    ["packed WAV", packedWav(2000)],
  ])("refuses a small file of sound that would fill the memory: %s", async (_, bomb) => {
    await expect(decodeAudio(bomb, "row 1")).rejects.toThrow(
      /^row 1: the sound is too long; expected at most 128/,
    );
  });

  it("does not take long over what is no sound", async () => {
    const before = process.cpuUsage();
    const { samples } = await decodeAudio(silentFlac(2, 2 ** 23), "x");
    expect(samples).toHaveLength(131_070);
    const torn = new Uint8Array(2 ** 24).fill(7);
    torn.set(silentFlac(2));
    await decodeAudio(torn, "x").catch(() => {});
    expect(process.cpuUsage(before).user / 1e6).toBeLessThan(10);
  });

  const whole = wav([tone(300, 8000, 0.1)], 8000);
  const changed = (at: number, value: number) => {
    const bytes = Buffer.from(whole);
    bytes.writeUInt16LE(value, at);
    return new Uint8Array(bytes);
  };

  it.each<[string, unknown, RegExp]>([
    ["a picture", Uint8Array.of(0x89, 0x50, 0x4e, 0x47), /^row 1: it is a PNG image; expected a WAV, MP3/],
    ["nothing", new Uint8Array(0), /^row 1: the file is empty/],
    [
      "half a file",
      whole.slice(0, 800),
      /^row 1: the sound cannot be decoded \(the file ends after 800 of 1644 bytes\)/,
    ],
    ["a header alone", whole.slice(0, 12), /cannot be decoded \(the file ends/],
    ["no frames", wav([new Float32Array(0)], 8000), /cannot be decoded \(there are no samples\)/],
    ["65,535 channels", changed(22, 65535), /cannot be decoded \(it declares 65535 channels\)/],
    ["impossible frames", changed(32, 7), /frames of 7 bytes for 1 × 16 bits/],
    ["a rate of 0", changed(24, 0), /cannot be decoded \(the sample rate is 0\)/],
    ["a number", 7, /^row 1: a value of type number is not sound; expected encoded bytes/],
    ["samples that are no numbers", { sampleRate: 8000, samples: Float32Array.of(Number.NaN) }, /not finite/],
    [
      "uneven channels",
      { sampleRate: 1, samples: [new Float32Array(1), new Float32Array(2)] },
      /differ in length/,
    ],
  ])("refuses %s", async (_, value, says) => {
    await expect(plan([value])).rejects.toThrow(says);
  });
});
