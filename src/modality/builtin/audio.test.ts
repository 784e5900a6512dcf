import { beforeAll, describe, expect, it } from "vitest";
import { goldenSounds } from "../../../encoders/build/golden/audio.js";
import { random } from "../../base/random.js";
import { audio, longSoundNotice } from "./audio.js";
import type { BuiltinEmbeddings } from "./types.js";

type Sound = { sampleRate: number; samples: Float32Array };

const sound = (samples: Float32Array, sampleRate = 16_000): Sound => ({ sampleRate, samples });
const embed = async (sounds: readonly Sound[]) =>
  audio.embed(await Promise.all(sounds.map((each) => audio.contents(each, "here"))));
const noise = (count: number) => {
  const r = random(1, "noise");
  return Float32Array.from({ length: count }, () => 0.6 * (r.uniform() - 0.5));
};
/** A tone of rising frequency, in Hz. */
const chirp = (seconds: number, from: number, to: number, rate = 16_000) =>
  Float32Array.from({ length: seconds * rate }, (_, n) => {
    const t = n / rate;
    return 0.3 * Math.sin(2 * Math.PI * (from * t + ((to - from) * t * t) / (2 * seconds)));
  });
const cosine = (x: Float32Array, y: Float32Array) =>
  x.reduce((sum, value, i) => sum + value * y[i], 0) / Math.hypot(...x) / Math.hypot(...y);

describe("vectors of sounds", () => {
  const sounds = [
    ...goldenSounds.map(({ samples }) => sound(samples)),
    sound(noise(40_000)),
    sound(noise(300)),
  ];
  let together: BuiltinEmbeddings[];
  beforeAll(async () => {
    together = await embed(sounds);
  });

  it("have the declared lengths, and finite values", () => {
    for (const { name, length } of audio.encoders)
      for (const vectors of together) {
        expect(vectors[name]).toHaveLength(length);
        expect(vectors[name].every(Number.isFinite)).toBe(true);
      }
  });

  it("have the same bytes whatever else is embedded", async () => {
    for (const [i, each] of sounds.entries()) expect((await embed([each]))[0]).toEqual(together[i]);
  });
});

it("a sound has nearly the same vectors at another sample rate", async () => {
  const [low, high] = await embed([sound(chirp(1, 200, 2000)), sound(chirp(1, 200, 2000, 44_100), 44_100)]);
  expect(cosine(low.network, high.network)).toBeGreaterThan(0.999);
});

it("a sound and its reverse differ in their trend, not in their log-mel statistics", async () => {
  const rising = chirp(1, 200, 2000);
  const [forward, backward] = await embed([sound(rising), sound(rising.toReversed())]);
  const trend = ({ network }: BuiltinEmbeddings) => network.slice(192);
  expect(cosine(trend(forward), trend(backward))).toBeLessThan(0.5);
  expect(cosine(forward.mel, backward.mel)).toBeGreaterThan(0.999);
});

it("silence, and a sound of one sample, have vectors", async () => {
  for (const vectors of await embed([sound(new Float32Array(16_000)), sound(Float32Array.of(0.5))]))
    for (const vector of Object.values(vectors)) expect(vector.every(Number.isFinite)).toBe(true);
});

it("of a long sound the middle 30 seconds are used", async () => {
  const samples = noise(40 * 16_000);
  const [whole, middle] = await embed([sound(samples), sound(samples.slice(5 * 16_000, 35 * 16_000))]);
  expect(whole).toEqual(middle);
  expect(longSoundNotice(40)).toBe("of sounds of up to 40 s, the middle 30 s are used");
  expect(longSoundNotice(30)).toBeUndefined();
});

describe("contents", () => {
  it("are the bytes of a file, or the rate and samples of a decoded sound", async () => {
    const bytes = Uint8Array.of(1, 2, 3);
    expect(await audio.contents(bytes, "here")).toEqual({ bytes, value: bytes, where: "here" });
    const one = await audio.contents(sound(Float32Array.of(0.5), 8000), "here");
    const other = await audio.contents(sound(Float32Array.of(0.5), 16_000), "here");
    expect(one.bytes).not.toEqual(other.bytes);
  });

  it("that are no sound are an error when they are embedded", async () => {
    const contents = await audio.contents(new TextEncoder().encode("no sound"), "row 3");
    await expect(audio.embed([contents])).rejects.toThrow(/row 3/);
  });
});
