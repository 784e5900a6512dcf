/** Readers for the original files of data sets, and the writer of converted data folders. */

import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import sharp from "sharp";
import { gzip, tar, writeNewFolder } from "../../src/data/import/write.js";

/** Read a file; one named `.gz` is decompressed. */
export function readBytes(path: string): Buffer {
  const bytes = readFileSync(path);
  return path.endsWith(".gz") ? gunzipSync(bytes) : bytes;
}

/** Read a JSON file, which may be compressed. */
export const readJson = <T>(path: string): T => JSON.parse(readBytes(path).toString("utf8")) as T;

/** Encode image `index` of `images` [count, side, side, channels] as PNG. */
export function encodePng(images: Uint8Array, index: number, side: number, channels: 1 | 3): Promise<Buffer> {
  const size = side * side * channels;
  const raw = { width: side, height: side, channels };
  return sharp(images.subarray(index * size, (index + 1) * size), { raw })
    .toColourspace(channels === 1 ? "b-w" : "srgb")
    .png()
    .toBuffer();
}

/** Decode a µ-law byte u: v = 2u / 255 − 1, x = sign(v) (256^|v| − 1) / 255. */
export function decodeMuLaw(byte: number): number {
  const v = (2 * byte) / 255 - 1;
  return (Math.sign(v) * (256 ** Math.abs(v) - 1)) / 255;
}

/** Encode samples in [−1, 1] as a mono WAV file of 16 bits. `sampleRate` is in Hz. */
export function encodeWav(samples: Float32Array, sampleRate: number): Buffer {
  const bytes = Buffer.alloc(44 + 2 * samples.length);
  bytes.write("RIFF", 0);
  bytes.writeUInt32LE(36 + 2 * samples.length, 4);
  bytes.write("WAVEfmt ", 8);
  bytes.writeUInt32LE(16, 16);
  bytes.writeUInt16LE(1, 20); // PCM
  bytes.writeUInt16LE(1, 22);
  bytes.writeUInt32LE(sampleRate, 24);
  bytes.writeUInt32LE(2 * sampleRate, 28);
  bytes.writeUInt16LE(2, 32);
  bytes.writeUInt16LE(16, 34);
  bytes.write("data", 36);
  bytes.writeUInt32LE(2 * samples.length, 40);
  for (const [i, x] of samples.entries()) bytes.writeInt16LE(Math.round(32767 * x), 44 + 2 * i);
  return bytes;
}

/** Media files of the shard `media.tar`; a row refers to one as `media.tar/NAME`. */
export type Media = readonly (readonly [name: string, bytes: Uint8Array])[];

/** Write a data folder: card, rows and media files. */
export async function writeDataFolder(
  to: string,
  card: object,
  rows: readonly object[],
  media: Media = [],
): Promise<void> {
  const files: [string, Uint8Array | string][] = [
    ["dataset.json", `${JSON.stringify(card, null, 2)}\n`],
    ["metadata.jsonl.gz", gzip(`${rows.map((row) => JSON.stringify(row)).join("\n")}\n`)],
  ];
  if (media.length > 0) files.push(["media.tar", tar(media)]);
  await writeNewFolder(to, files);
}
