/**
 * Damaged files of every format, 600 mutations each, all by seed: each is read, or refused by an `InputError` that says where;
 * none crashes, hangs, or reads what lies outside the folder.
 */

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parquetWriteBuffer } from "hyparquet-writer";
import sharp from "sharp";
import { afterAll, describe, expect, it } from "vitest";
import { type Random, random } from "../src/base/random.js";
import { gzip, tar } from "../src/data/import/write.js";
import { loadTable, planModalities } from "../src/episode/index.js";
import { type Dataset, InputError, openDataset } from "../src/index.js";
import { jsonl } from "./support/folders.js";

const mutations = 600;
/** Of one mutation; a busy machine takes its time. */
const mostMilliseconds = 20_000;

const root = mkdtempSync(join(tmpdir(), "metamodal-fuzz-"));
const set = join(root, "set");
const secret = "words that lie outside the folder";
writeFileSync(join(root, "secret.txt"), secret);
afterAll(() => rmSync(root, { recursive: true }));

/** Some bytes flipped, overwritten by telling values, cut out, repeated, put in, or cut off. */
function mutate(bytes: Buffer, draw: Random): Buffer {
  const out = Buffer.from(bytes);
  const at = () => draw.integer(out.length);
  const telling = [0, 1, 0x7f, 0x80, 0xff, 0x22, 0x2c, 0x0a, 0x2e, 0x2f];
  const kinds: (() => Buffer)[] = [
    () => {
      for (let n = 1 + draw.integer(8); n > 0; n--) out[at()] ^= 1 << draw.integer(8);
      return out;
    },
    () => {
      for (let n = 1 + draw.integer(4); n > 0; n--) out[at()] = telling[draw.integer(telling.length)];
      return out;
    },
    () => {
      const width = 4;
      const place = draw.integer(Math.max(1, out.length - width));
      for (let i = 0; i < width; i++) out[place + i] = draw.integer(2) ? 0xff : draw.integer(256);
      return out;
    },
    () => out.subarray(0, at()),
    () => {
      const [from, length] = [at(), 1 + draw.integer(40)];
      return Buffer.concat([out.subarray(0, from), out.subarray(from + length)]);
    },
    () => {
      const [from, length] = [at(), 1 + draw.integer(200)];
      return Buffer.concat([out.subarray(0, from + length), out.subarray(from)]);
    },
    () => {
      const words = ["../secret.txt", "/etc/passwd", '"', "\u0000", "1e999", "[[[", "-1", "NaN", '{"a":'];
      const from = at();
      return Buffer.concat([
        out.subarray(0, from),
        Buffer.from(words[draw.integer(words.length)]),
        out.subarray(from),
      ]);
    },
  ];
  return kinds[draw.integer(kinds.length)]();
}

/** Nothing that was read may hold what lies outside. */
const holdsSecret = ({ rows }: Dataset) => JSON.stringify(rows).includes(secret);

/** Write the files, read all that they describe, and say how it ended. */
async function outcome(files: Readonly<Record<string, Uint8Array | string>>): Promise<"read" | "refused"> {
  rmSync(set, { recursive: true, force: true });
  mkdirSync(set);
  for (const [name, content] of Object.entries(files)) writeFileSync(join(set, name), content);
  try {
    const data = await openDataset(set);
    expect(holdsSecret(data)).toBe(false);
    await loadTable(data.rows, await planModalities(data, undefined, data.rows));
    return "read";
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    expect(error.message).toMatch(/^.+: .+; expected .+\. .+/s);
    return "refused";
  }
}

/** Give `file` to a data folder, damaged in many ways. */
async function fuzz(
  name: string,
  file: Uint8Array,
  filesOf: (damaged: Buffer) => Readonly<Record<string, Uint8Array | string>>,
): Promise<void> {
  expect(await outcome(filesOf(Buffer.from(file)))).toBe("read");
  const counts = { read: 0, refused: 0 };
  for (let i = 0; i < mutations; i++) {
    const draw = random(11, name, i);
    let damaged: Buffer = Buffer.from(file);
    for (let n = draw.integer(3); n >= 0; n--)
      damaged = mutate(damaged.length > 0 ? damaged : Buffer.from(file), draw);
    const started = performance.now();
    try {
      counts[await outcome(filesOf(damaged))]++;
    } catch (error) {
      throw new Error(`mutation ${i} of ${name}: ${error}`, { cause: error });
    }
    expect(performance.now() - started, `mutation ${i} of ${name}`).toBeLessThan(mostMilliseconds);
  }
  console.log(`${name}: ${counts.read} read, ${counts.refused} refused`);
  expect(counts.refused).toBeGreaterThan(0);
}

/** A tenth of a second of a tone: PCM of 16 bits. */
function wav(): Buffer {
  const bytes = Buffer.alloc(44 + 1600);
  bytes.write("RIFF", 0);
  bytes.writeUInt32LE(bytes.length - 8, 4);
  bytes.write("WAVEfmt ", 8);
  for (const [value, at] of [
    [16, 16],
    [8000, 24],
    [16000, 28],
    [1600, 40],
  ])
    bytes.writeUInt32LE(value, at);
  for (const [value, at] of [
    [1, 20],
    [1, 22],
    [2, 32],
    [16, 34],
  ])
    bytes.writeUInt16LE(value, at);
  bytes.write("data", 36);
  for (let i = 0; i < 800; i++) bytes.writeInt16LE(Math.round(9000 * Math.sin(i / 5)), 44 + 2 * i);
  return bytes;
}

const picture = (side: number) =>
  sharp(
    Uint8Array.from({ length: 3 * side * side }, (_, i) => (i * i) % 251),
    {
      raw: { width: side, height: side, channels: 3 },
    },
  )
    .png()
    .toBuffer();
const small = await picture(16);
const rows = Array.from({ length: 6 }, (_, i) => ({
  id: `r${i}`,
  label: `class ${i % 3}`,
  text: `some words, "quoted" ${i}`,
  pen: [
    [
      [0, i],
      [i, 2.5],
    ],
  ],
  v: [i, 1, -2.5],
}));

describe("damaged", () => {
  it(
    "small PNG",
    () =>
      fuzz("small PNG", small, (bytes) => ({
        "a.png": bytes,
        "metadata.jsonl": jsonl({ file_name: "a.png" }),
      })),
    1.2e6,
  );

  it("large PNG", async () => {
    const large = await picture(300);
    await fuzz("large PNG", large, (bytes) => ({
      "a.png": bytes,
      "metadata.jsonl": jsonl({ file_name: "a.png" }),
    }));
  }, 1.2e6);

  it(
    "WAV",
    () =>
      fuzz("WAV", wav(), (bytes) => ({ "a.wav": bytes, "metadata.jsonl": jsonl({ file_name: "a.wav" }) })),
    1.2e6,
  );

  it(
    "JSONL",
    () => fuzz("JSONL", Buffer.from(jsonl(...rows)), (bytes) => ({ "metadata.jsonl": bytes })),
    1.2e6,
  );

  it(
    "JSONL in gzip",
    () => fuzz("JSONL in gzip", gzip(jsonl(...rows)), (bytes) => ({ "metadata.jsonl.gz": bytes })),
    1.2e6,
  );

  it("CSV", () => {
    const cell = (value: unknown) =>
      `"${(typeof value === "string" ? value : JSON.stringify(value)).replaceAll('"', '""')}"`;
    const lines = rows.map((row) => Object.values(row).map(cell).join());
    const text = [Object.keys(rows[0]).join(), ...lines, ""].join("\n");
    return fuzz("CSV", Buffer.from(text), (bytes) => ({ "metadata.csv": bytes }));
  }, 1.2e6);

  it.each(["UNCOMPRESSED", "SNAPPY"] as const)("Parquet, %s", async (codec) => {
    const columnData = (["id", "label", "text", "v"] as const).map((name) => ({
      name,
      data: rows.map((row) => row[name]),
    }));
    const bytes = new Uint8Array(parquetWriteBuffer({ columnData, codec }));
    await fuzz(`Parquet ${codec}`, bytes, (damaged) => ({ "metadata.parquet": damaged }));
  }, 1.2e6);

  it.each(["tar", "tar.gz"])("%s", async (ending) => {
    const archive = tar([
      ["a/1.png", small],
      ["a/1.cls", Buffer.from("7")],
      ["a/2.json", Buffer.from(JSON.stringify(rows[1]))],
      ["a/2.txt", Buffer.from("words")],
    ]);
    await fuzz(ending, ending === "tar" ? archive : gzip(archive), (bytes) => ({
      [`train-0.${ending}`]: bytes,
    }));
  }, 1.2e6);
});

describe("a header that lies", () => {
  it("of a gigapixel is refused by its header", async () => {
    const bytes = Buffer.from(small);
    bytes.writeUInt32BE(32_000, 16);
    bytes.writeUInt32BE(32_000, 20);
    bytes.writeUInt32BE(crcOf(bytes.subarray(12, 29)), 29);
    rmSync(set, { recursive: true, force: true });
    mkdirSync(set);
    writeFileSync(join(set, "a.png"), bytes);
    writeFileSync(join(set, "metadata.jsonl"), jsonl({ file_name: "a.png" }));
    const data = await openDataset(set);
    await expect(planModalities(data, undefined, data.rows)).rejects.toThrow(
      /a\.png: the image is too large; expected at most 64 million pixels/,
    );
  });
});

/** CRC-32 as PNG has it (ISO 3309). */
function crcOf(bytes: Uint8Array): number {
  let crc = -1;
  for (const byte of bytes) {
    crc ^= byte;
    for (let k = 0; k < 8; k++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return ~crc >>> 0;
}
