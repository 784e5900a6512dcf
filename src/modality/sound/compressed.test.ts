/** Sounds of optional decoders, and files whose extension lies. */

import { describe, expect, it } from "vitest";
import { adts, heic, m4a, oggOpus, oggVorbis } from "../../../test/support/media.js";
import { tone, wav } from "../../../test/support/wav.js";
import { Media } from "../modality.js";
import { checkAudioHead, decodeAudio } from "./decode.js";

/** The frequency of a tone, by its rising zero crossings. */
function pitch(samples: Float32Array, rate: number): number {
  const middle = samples.subarray(Math.floor(samples.length / 4), Math.floor((3 * samples.length) / 4));
  const rising = [...middle.keys()].filter((i) => i > 0 && middle[i - 1] < 0 && middle[i] >= 0);
  return ((rising.length - 1) * rate) / (rising[rising.length - 1] - rising[0]);
}

/** Samples from −1 to 1 as AIFF, or AIFF-C of little-endian samples. */
function aiff(samples: Float32Array, rate: number, littleEndian = false): Uint8Array {
  const comm = Buffer.alloc(18);
  comm.writeUInt16BE(1, 0);
  comm.writeUInt32BE(samples.length, 2);
  comm.writeUInt16BE(16, 6);
  const exponent = Math.floor(Math.log2(rate));
  comm.writeUInt16BE(16383 + exponent, 8);
  comm.writeUInt32BE(rate * 2 ** (31 - exponent), 10);
  const data = Buffer.alloc(8 + 2 * samples.length);
  for (const [i, x] of samples.entries())
    data[littleEndian ? "writeInt16LE" : "writeInt16BE"](Math.round(x * 32767), 8 + 2 * i);
  const chunk = (name: string, body: Buffer) => {
    const head = Buffer.alloc(8);
    head.write(name);
    head.writeUInt32BE(body.length, 4);
    return Buffer.concat([head, body]);
  };
  const kind = littleEndian ? Buffer.from("sowt\x00\x00") : Buffer.alloc(0);
  const body = Buffer.concat([
    Buffer.from(littleEndian ? "AIFC" : "AIFF"),
    chunk("COMM", Buffer.concat([comm, kind])),
    chunk("SSND", data),
  ]);
  return new Uint8Array(chunk("FORM", body));
}

const sound = tone(440, 8000, 0.25);

describe("compressed sound", () => {
  it.each<[string, Uint8Array]>([
    ["Ogg Opus", oggOpus],
    ["Ogg Vorbis", oggVorbis],
    ["M4A", m4a],
    ["AAC", adts],
    ["AIFF", aiff(sound, 8000)],
    ["AIFF-C", aiff(sound, 8000, true)],
  ])("is read from %s, whatever the extension", async (_, bytes) => {
    const media = new Media("a.mp3", async () => bytes);
    await checkAudioHead(media, "row 1");
    const { samples, rate } = await decodeAudio(media, "row 1");
    expect(samples.length / rate).toBeGreaterThan(0.1);
    expect(samples.length / rate).toBeLessThan(0.35);
    expect(Math.abs(pitch(samples, rate) - 440)).toBeLessThan(5);
  });

  it.each<[string, Uint8Array, RegExp]>([
    ["WebM", Buffer.from("1a45dfa39f4286810142f78101", "hex"), /it is a WebM or Matroska file/],
    ["AMR", Buffer.from("#!AMR\n"), /it is an AMR file/],
    ["an HEIC image", heic, /it is an image/],
    ["a page", Buffer.from("\n<!doctype html>"), /it is a page of HTML/],
    ["Speex", Buffer.from(`OggS${"\0".repeat(22)}\x01\x50Speex   1.2`, "latin1"), /it is Speex in Ogg/],
    ["text", Buffer.from("hello"), /not a WAV, MP3/],
    ["nothing", new Uint8Array(0), /the file is empty/],
  ])("is not taken for %s, which is named", async (_, bytes, says) => {
    const media = new Media("a.wav", async () => bytes);
    await expect(checkAudioHead(media, "row 1")).rejects.toThrow(says);
    await expect(decodeAudio(media, "row 1")).rejects.toThrow(/Convert the file to WAV/);
  });

  it("is refused where an AIFF header claims impossible samples", async () => {
    const bits = Buffer.from(aiff(sound, 8000));
    bits.writeUInt16BE(0, bits.indexOf("COMM") + 14);
    await expect(decodeAudio(bits, "x")).rejects.toThrow(/it declares samples of 0 bits/);
  });

  it("is refused where an MP4's sample table claims more frames than memory holds", async () => {
    const bytes = Buffer.from(m4a);
    bytes.writeUInt32BE(0xffffffff, bytes.indexOf("stsz") + 12);
    await expect(decodeAudio(bytes, "x")).rejects.toThrow(/the sound is too long/);
  });

  it.each<[string, Uint8Array]>([
    ["Opus", oggOpus],
    ["M4A", m4a],
    ["AIFF", aiff(sound, 8000)],
  ])("of %s that is torn off is read in part or refused, never another failure", async (_, bytes) => {
    for (const part of [13, 60, 200, 500, 700]) {
      const outcome = await decodeAudio(bytes.slice(0, part), "x").catch((error: Error) => error.name);
      if (typeof outcome === "string") expect(outcome).toBe("InputError");
      else expect(outcome.samples.every(Number.isFinite)).toBe(true);
    }
  });

  it("is WAV where only the name says otherwise", async () => {
    const media = new Media("a.flac", async () => wav([sound], 8000));
    expect((await decodeAudio(media, "x")).samples).toHaveLength(sound.length);
  });
});
