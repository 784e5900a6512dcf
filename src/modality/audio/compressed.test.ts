/** Sounds of optional decoders, and files whose extension lies. */

import { describe, expect, it } from "vitest";
import { aiff } from "../../../test/support/data-files.js";
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
