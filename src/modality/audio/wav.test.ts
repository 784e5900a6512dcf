/** A sweep over WAV files: every sample format, at every alignment, with chunks in every order, against the samples. */

import { describe, expect, it } from "vitest";
import { random } from "../../base/random.js";
import { decodeAudio } from "./decode.js";

const RATE = 8000;

interface Format {
  readonly name: string;
  readonly tag: number;
  readonly bits: number;
  /** The largest error of a sample. */
  readonly within: number;
  /** Write a sample from −1 to 1 at a byte. */
  readonly write: (to: Buffer, x: number, at: number) => void;
}

/** G.711 µ-law of a sample (ITU-T G.711). */
function muLaw(x: number): number {
  const magnitude = Math.min(Math.abs(Math.round(x * 32767)), 32635) + 132;
  const exponent = Math.floor(Math.log2(magnitude)) - 7;
  const mantissa = (magnitude >> (exponent + 3)) & 15;
  return ~((x < 0 ? 0x80 : 0) | (exponent << 4) | mantissa) & 0xff;
}

/** G.711 A-law of a sample. */
function aLaw(x: number): number {
  const magnitude = Math.min(Math.abs(Math.round(x * 32767)), 32767);
  const exponent = magnitude < 256 ? 0 : Math.floor(Math.log2(magnitude)) - 7;
  const mantissa = (magnitude >> (exponent === 0 ? 4 : exponent + 3)) & 15;
  return ((x < 0 ? 0 : 0x80) | (exponent << 4) | mantissa) ^ 0x55;
}

const formats: readonly Format[] = [
  {
    name: "u8",
    tag: 1,
    bits: 8,
    within: 0.012,
    write: (to, x, at) => to.writeUInt8(128 + Math.round(127 * x), at),
  },
  {
    name: "s12",
    tag: 1,
    bits: 12,
    within: 2e-3,
    write: (to, x, at) => to.writeInt16LE(Math.round(x * 2047) << 4, at),
  },
  {
    name: "s16",
    tag: 1,
    bits: 16,
    within: 1e-4,
    write: (to, x, at) => to.writeInt16LE(Math.round(x * 32767), at),
  },
  {
    name: "s20",
    tag: 1,
    bits: 20,
    within: 1e-5,
    write: (to, x, at) => to.writeIntLE(Math.round(x * 524287) * 16, at, 3),
  },
  {
    name: "s24",
    tag: 1,
    bits: 24,
    within: 1e-6,
    write: (to, x, at) => to.writeIntLE(Math.round(x * 8388607), at, 3),
  },
  {
    name: "s32",
    tag: 1,
    bits: 32,
    within: 1e-6,
    write: (to, x, at) => to.writeInt32LE(Math.round(x * 2147483647), at),
  },
  { name: "f32", tag: 3, bits: 32, within: 1e-7, write: (to, x, at) => to.writeFloatLE(x, at) },
  { name: "f64", tag: 3, bits: 64, within: 1e-7, write: (to, x, at) => to.writeDoubleLE(x, at) },
  { name: "A-law", tag: 6, bits: 8, within: 0.03, write: (to, x, at) => to.writeUInt8(aLaw(x), at) },
  { name: "µ-law", tag: 7, bits: 8, within: 0.03, write: (to, x, at) => to.writeUInt8(muLaw(x), at) },
];

/** The contents of `fmt `, of 16, 18 or 40 bytes; 40 is WAVE_FORMAT_EXTENSIBLE. */
function formatChunk({ tag, bits }: Format, channels: number, length: number): Buffer {
  const chunk = Buffer.alloc(length);
  const width = Math.ceil(bits / 8);
  chunk.writeUInt16LE(length === 40 ? 0xfffe : tag, 0);
  chunk.writeUInt16LE(channels, 2);
  chunk.writeUInt32LE(RATE, 4);
  chunk.writeUInt32LE(RATE * channels * width, 8);
  chunk.writeUInt16LE(channels * width, 12);
  chunk.writeUInt16LE(bits, 14);
  if (length === 40) {
    chunk.writeUInt16LE(22, 16);
    chunk.writeUInt16LE(bits, 18);
    chunk.writeUInt16LE(tag, 24);
    chunk.write("000000001000800000aa00389b71", 26, "hex");
  }
  return chunk;
}

type Chunk = readonly [name: string, contents: Buffer, size?: number];

/** A file of chunks; `pad` says whether odd chunks are padded to even ones, `size` what the header claims. */
function fileOf(chunks: readonly Chunk[], { pad = true, riff = "RIFF", size = Number.NaN } = {}): Uint8Array {
  const parts = chunks.map(([name, contents, claimed = contents.length]) => {
    const head = Buffer.alloc(8);
    head.write(name, 0, "latin1");
    head.writeUInt32LE(claimed, 4);
    return Buffer.concat([head, contents, Buffer.alloc(pad && contents.length % 2 ? 1 : 0)]);
  });
  const body = Buffer.concat([Buffer.from("WAVE"), ...parts]);
  const head = Buffer.alloc(8);
  head.write(riff, 0);
  head.writeUInt32LE(Number.isNaN(size) ? body.length : size, 4);
  return new Uint8Array(Buffer.concat([head, body]));
}

/** The same bytes at an offset in memory, as a plain array and as Node reads files. */
const placed = (bytes: Uint8Array, offset: number) => {
  const memory = new Uint8Array(bytes.length + offset);
  memory.set(bytes, offset);
  return [memory.subarray(offset), Buffer.from(memory.buffer, offset, bytes.length)];
};

const source = random(1, "wav");
const channelsOf = (channels: number, samples: number) =>
  Array.from({ length: channels }, () =>
    Float32Array.from({ length: samples }, () => 1.8 * source.uniform() - 0.9),
  );

function dataOf(format: Format, channels: readonly Float32Array[]): Buffer {
  const width = Math.ceil(format.bits / 8);
  const data = Buffer.alloc(channels.length * channels[0].length * width);
  for (const [c, samples] of channels.entries())
    for (const [i, x] of samples.entries()) format.write(data, x, (i * channels.length + c) * width);
  return data;
}

async function expectSamples(bytes: Uint8Array, channels: readonly Float32Array[], within: number) {
  const { samples, rate } = await decodeAudio(bytes, "x");
  expect(rate).toBe(RATE);
  expect(samples).toHaveLength(channels[0].length);
  const off = samples.reduce((most, x, i) => {
    const mean = channels.reduce((sum, own) => sum + own[i], 0) / channels.length;
    return Math.max(most, Math.abs(x - mean));
  }, 0);
  expect(off).toBeLessThanOrEqual(within + 1e-7);
}

const list = (length: number): Chunk => [
  "LIST",
  Buffer.from("INFOISFT".padEnd(length, "x").slice(0, length)),
];

describe.each(formats)("WAV of $name", (format) => {
  it.each([1, 2, 6])("is read at every alignment and chunk order, %i channels", async (count) => {
    const channels = channelsOf(count, 37);
    const data: Chunk = ["data", dataOf(format, channels)];
    for (const length of [16, 18, 40]) {
      const fmt: Chunk = ["fmt ", formatChunk(format, count, length)];
      const orders: Chunk[][] = [
        [fmt, data],
        [list(26), fmt, data],
        [fmt, list(13), data],
        [fmt, ["fact", Buffer.alloc(4)], list(15), data, list(10)],
        [["bext", Buffer.alloc(603)], list(7), fmt, ["PEAK", Buffer.alloc(17)], data],
        [data, fmt],
        [list(9), data, list(5), fmt],
      ];
      for (const order of orders)
        for (const pad of [true, false])
          for (let offset = 0; offset < 8; offset += length === 18 ? 1 : 5)
            for (const bytes of placed(fileOf(order, { pad }), offset))
              await expectSamples(bytes, channels, format.within);
    }
  });

  it("is read when it was streamed: sizes of 0, 2³² − 1 and SoX's", async () => {
    const channels = channelsOf(1, 22);
    const contents = dataOf(format, channels);
    const fmt: Chunk = ["fmt ", formatChunk(format, 1, 18)];
    for (const [size, claimed] of [
      [0xffffffff, 0xffffffff],
      [0, 0],
      [38, 0],
      [0x7fff_f024, 0x7fff_f000],
      [0xffffffff, contents.length],
    ])
      await expectSamples(fileOf([fmt, ["data", contents, claimed]], { size }), channels, format.within);
  });

  it.each(["RF64", "BW64"])("is read from %s", async (riff) => {
    const channels = channelsOf(2, 19);
    const contents = dataOf(format, channels);
    const ds64 = Buffer.alloc(28);
    ds64.writeBigUInt64LE(BigInt(contents.length), 8);
    const chunks: Chunk[] = [
      ["ds64", ds64],
      ["fmt ", formatChunk(format, 2, 40)],
      ["data", contents, 0xffffffff],
      list(11),
    ];
    await expectSamples(fileOf(chunks, { riff, size: 0xffffffff }), channels, format.within);
  });
});

describe("what is wrong with a WAV", () => {
  const [, , s16] = formats;
  const fmt: Chunk = ["fmt ", formatChunk(s16, 1, 16)];
  const data: Chunk = ["data", dataOf(s16, channelsOf(1, 100))];
  const whole = fileOf([fmt, data]);
  const tagged = (tag: number): Chunk => ["fmt ", formatChunk({ ...s16, tag }, 1, 16)];

  it.each<[string, Uint8Array, RegExp]>([
    ["a file cut in half", whole.slice(0, 120), /the file ends after 120 of 244 bytes/],
    ["RF64 cut off", rf64(200).slice(0, 120), /the file ends after 120 of /],
    ["no samples", fileOf([fmt, ["data", Buffer.alloc(0)]]), /there are no samples/],
    ["no samples before a list", fileOf([fmt, ["data", Buffer.alloc(0)], list(20)]), /there are no samples/],
    ["no chunk of samples", fileOf([fmt, list(20)]), /it has no samples/],
    ["no chunk of format", fileOf([data]), /it has no format/],
    ["MP3 in a WAV", fileOf([tagged(0x55), data]), /it holds MP3, not plain samples/],
    ["an unknown codec", fileOf([tagged(0x1234), data]), /Unsupported WAV format: 0x1234/],
  ])("is said of %s", async (_, bytes, says) => {
    await expect(decodeAudio(bytes, "a.wav")).rejects.toThrow(says);
  });

  it("is said of samples that are no numbers", async () => {
    const f32 = formats[6];
    const bytes = fileOf([
      ["fmt ", formatChunk(f32, 1, 16)],
      ["data", dataOf(f32, [Float32Array.of(0, Number.NaN, 0.5)])],
    ]);
    await expect(decodeAudio(bytes, "a.wav")).rejects.toThrow(
      /^a.wav: .*a sample is not finite.*finite samples/,
    );
  });

  it("is nothing where a header claims more samples than there are", async () => {
    const bytes = fileOf([fmt, ["data", data[1], 4000]]);
    expect((await decodeAudio(bytes, "x")).samples).toHaveLength(100);
  });

  function rf64(length: number): Uint8Array {
    const ds64 = Buffer.alloc(28);
    ds64.writeBigUInt64LE(BigInt(length), 8);
    const chunks: Chunk[] = [["ds64", ds64], fmt, ["data", Buffer.alloc(length), 0xffffffff]];
    return fileOf(chunks, { riff: "RF64", size: 0xffffffff });
  }
});
