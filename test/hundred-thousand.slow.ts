/** 100,000 examples in less than 1.5 GB: opened, and decoded to arrays, in a process of its own. */

import { execFileSync } from "node:child_process";
import { createWriteStream } from "node:fs";
import { join, resolve } from "node:path";
import { pipeline } from "node:stream/promises";
import { parquetWriteBuffer } from "hyparquet-writer";
import sharp from "sharp";
import { expect, it } from "vitest";
import { tar } from "../src/data/import/write.js";
import { folders } from "./support/folders.js";

const rows = 100_000;
const shards = 10;
const folder = folders();

/** Peak memory of a process that opens a folder and decodes all its rows. */
function peakBytes(path: string): { peak: number; rows: number; values: number } {
  const library = JSON.stringify(resolve("dist/src/index.js"));
  const episode = JSON.stringify(resolve("dist/src/episode/index.js"));
  const script = `
    import { openDataset } from ${library};
    import { loadTable, planModalities } from ${episode};
    const data = await openDataset(process.argv[1]);
    const specs = await planModalities(data, undefined, data.rows);
    const { columns } = await loadTable(data.rows, specs);
    const values = Object.values(columns).reduce((sum, { data }) => sum + data.length, 0);
    console.log(JSON.stringify({ peak: process.resourceUsage().maxRSS * 1024, rows: data.rows.length, values }));`;
  const out = execFileSync(process.execPath, ["--input-type=module", "-e", script, path], {
    encoding: "utf8",
  });
  return JSON.parse(out);
}

const label = (i: number) => `class ${i % 500}`;
const vector = (i: number) => Array.from({ length: 8 }, (_, k) => Math.sin(i * k));

it("in metadata.jsonl, with pictures in shards", async () => {
  const raw = { width: 16, height: 16, channels: 1 } as const;
  const png = (i: number) =>
    sharp(
      Uint8Array.from({ length: 256 }, (_, k) => (k * i) % 256),
      { raw },
    )
      .png()
      .toBuffer();
  const pictures = await Promise.all(Array.from({ length: 64 }, (_, i) => png(i)));
  const each = rows / shards;
  const members = (shard: number): [string, Uint8Array][] =>
    Array.from({ length: each }, (_, i) => [`${shard * each + i}.png`, pictures[i % 64]]);
  const files = Object.fromEntries(Array.from({ length: shards }, (_, s) => [`${s}.tar`, tar(members(s))]));
  const path = folder(files);
  const lines = function* () {
    for (let i = 0; i < rows; i++)
      yield `${JSON.stringify({ label: label(i), v: vector(i), image_file_name: `${Math.floor(i / each)}.tar/${i}.png` })}\n`;
  };
  await pipeline(lines, createWriteStream(join(path, "metadata.jsonl")));
  const found = peakBytes(path);
  console.log(`metadata.jsonl with shards: ${Math.round(found.peak / 1e6)} MB`);
  expect(found).toMatchObject({ rows, values: rows * (8 + 256) });
  expect(found.peak).toBeLessThan(1.5e9);
});

it("in metadata.parquet", () => {
  const all = Array.from({ length: rows }, (_, i) => i);
  const columnData = [
    { name: "label", data: all.map(label), type: "STRING" as const },
    { name: "v", data: all.map(vector) },
  ];
  const bytes = parquetWriteBuffer({ columnData, rowGroupSize: 20_000 });
  const found = peakBytes(folder({ "metadata.parquet": new Uint8Array(bytes) }));
  console.log(`metadata.parquet: ${Math.round(found.peak / 1e6)} MB`);
  expect(found).toMatchObject({ rows, values: rows * 8 });
  expect(found.peak).toBeLessThan(1.5e9);
});
