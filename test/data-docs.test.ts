/** Every example of docs/data.md, written to disk and read: the result is the one that the page states. */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { zipSync } from "fflate";
import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { encodeSafetensors } from "../src/base/safetensors.js";
import { metadataFiles } from "../src/data/files/endings.js";
import { extensionsOf } from "../src/data/kinds.js";
import { loadTable, planModalities } from "../src/episode/index.js";
import { type Dataset, openDataset } from "../src/index.js";
import { aiff, bmp, ico, idx, npy, pictureParquet, xlsx } from "./support/data-files.js";
import { codeIn, exampleOf, type PageExample, rowsWith } from "./support/data-page.js";
import { type Files, folders } from "./support/folders.js";
import { adts, heic, m4a, oggOpus, oggVorbis } from "./support/media.js";
import { type Packing, pack } from "./support/packed.js";
import { flac, silentMp3, tone, wav } from "./support/wav.js";

const folder = folders();
const picture = () => sharp({ create: { width: 8, height: 8, channels: 3, background: "red" } });
const png = await picture().png().toBuffer();
const sound = tone(440, 8000, 0.1);

/** A media file of each extension. */
const media: Readonly<Record<string, Uint8Array>> = {
  png,
  jpg: await picture().jpeg().toBuffer(),
  jfif: await picture().jpeg().toBuffer(),
  webp: await picture().webp().toBuffer(),
  gif: await picture().gif().toBuffer(),
  tif: await picture().tiff().toBuffer(),
  avif: await picture().avif().toBuffer(),
  svg: Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="8" height="8"><path d="M1 2L3 4"/></svg>'),
  bmp: bmp(),
  ico: ico(png, 8),
  heic,
  wav: wav([sound], 8000),
  mp3: silentMp3(20),
  flac: flac(sound),
  ogg: oggVorbis,
  opus: oggOpus,
  m4a,
  aac: adts,
  aiff: aiff(sound, 8000),
};

const images = idx([2, 2, 2], [0, 20, 40, 60, 80, 100, 120, 140]);
const digits = idx([2], [7, 1]);
const vectors = Float32Array.of(1, 2, 3, 4);
const parquetOf = (...labels: string[]) => pictureParquet(labels.map((label) => ({ label, picture: png })));
const pixels = npy("|u1", [2, 2, 2], Buffer.from([0, 20, 40, 60, 80, 100, 120, 140]));
const classes = npy("|u1", [2], Buffer.of(7, 1));

/** Files that are no text, by the name that the page has them under. */
const binaries: Readonly<Record<string, Uint8Array>> = {
  "metadata.parquet": parquetOf("cat", "dog"),
  "data/train-00000-of-00001.parquet": parquetOf("cat"),
  "data/test-00000-of-00001.parquet": parquetOf("dog"),
  "flowers.xlsx": xlsx([
    [
      ["text", "label"],
      ["red and sweet", "rose"],
      ["from Holland", "tulip"],
    ],
  ]),
  "digits.npz": zipSync({
    "x_train.npy": pixels,
    "y_train.npy": classes,
    "x_test.npy": pixels,
    "y_test.npy": classes,
  }),
  "train-images-idx3-ubyte.gz": gzipSync(images),
  "train-labels-idx1-ubyte.gz": gzipSync(digits),
  "t10k-images-idx3-ubyte": images,
  "t10k-labels-idx1-ubyte": digits,
  "clip.npy": npy("<f4", [2, 2], new Uint8Array(vectors.buffer)),
  "clip.safetensors": encodeSafetensors({
    arrays: { clip: { dtype: "float32", shape: [2, 2], data: vectors } },
    metadata: {},
  }),
  "README.md": Buffer.from("# data\n"),
  "iris.names": Buffer.from("1. Title: Iris Plants Database\n"),
};

/** The bytes of a file of an example. */
function bytesOf(path: string, text: string | undefined): Uint8Array {
  if (text !== undefined) return path.endsWith(".gz") ? gzipSync(text) : Buffer.from(text);
  const bytes = binaries[path] ?? media[path.slice(path.lastIndexOf(".") + 1)];
  if (!bytes) throw new Error(`the page shows ${path}, and nothing here makes it`);
  return bytes;
}

const inArchive = /^(.+?\.(tar|tar\.gz|tgz|zip|tm))\/(.+)$/;

/** An example's files, those of each archive packed. */
function filesOf({ files }: PageExample): Files {
  const out: Record<string, Uint8Array> = {};
  const archives = new Map<
    string,
    { packing: Exclude<Packing, "folder">; members: Record<string, Uint8Array> }
  >();
  for (const [path, text] of files) {
    const [, archive, packing, member] = inArchive.exec(path) ?? [];
    if (archive === undefined) {
      out[path] = bytesOf(path, text);
      continue;
    }
    const own = archives.get(archive) ?? {
      packing: (packing === "tm" ? "zip" : packing) as Exclude<Packing, "folder">,
      members: {},
    };
    own.members[member] = bytesOf(member, text);
    archives.set(archive, own);
  }
  for (const [archive, { packing, members }] of archives) out[archive] = pack(members, packing);
  return out;
}

/** Each row as the page writes it: split, label and modalities. */
const givenBy = ({ rows }: Dataset): string[] =>
  rows.map(({ split, label, target, values }) => {
    const name = label ?? target ?? "no label";
    return `${split ? `${split} ` : ""}${name}: ${Object.keys(values).sort().join(" + ")}`;
  });

const examples = rowsWith("example", "result");

describe("an example of docs/data.md", () => {
  it("is in every row of layouts and formats", () => {
    expect(rowsWith("layout", "example", "result").length).toBeGreaterThanOrEqual(16);
    expect(rowsWith("format", "example", "result").length).toBeGreaterThanOrEqual(29);
    for (const { example, result } of examples) {
      expect(exampleOf(example).files.size).toBeGreaterThan(0);
      expect(codeIn(result).length).toBeGreaterThan(0);
    }
  });

  it.each(
    examples.map((row) => [row.layout ?? row.format, row] as const),
  )("reads as the page states: %s", async (name, { example, result }) => {
    const { label, ...files } = exampleOf(example);
    const made = filesOf(files);
    const path = folder(made);
    const data = await openDataset(path, { label });
    expect(givenBy(data).sort()).toEqual(codeIn(result).sort());
    await loadTable(data.rows, await planModalities(data, undefined, data.rows));
    const [only, ...others] = Object.keys(made);
    const isGiven = /\.(?:csv|tsv|jsonl|parquet|xlsx|zip|tar|tgz)$/.test(only) && !/ in a folder/.test(name);
    if (others.length > 0 || !isGiven) return;
    const itself = await openDataset(join(path, only), { label });
    expect(givenBy(itself).sort()).toEqual(codeIn(result).sort());
  });

  it("names every extension that is read", () => {
    const page = readFileSync(join(import.meta.dirname, "../docs/data.md"), "utf8");
    const read = [
      ...extensionsOf().split(", "),
      ...metadataFiles.map((file) => file.slice(8)),
      ".npz",
      ".npy",
    ];
    expect(read.filter((extension) => !page.includes(`\`${extension}\``))).toEqual([]);
  });
});

describe("a column of docs/data.md", () => {
  const columns = rowsWith("cells", "type");
  it("is in every row", () => expect(columns.length).toBeGreaterThanOrEqual(17));

  it.each(columns.map((row) => [row.cells, row.type] as const))("of %s is %s", async (cells, type) => {
    const values = codeIn(cells).map((cell) => (cell === '""' ? "" : cell));
    const lines = Array.from({ length: 12 }, (_, i) => `c${i % 2},${i + 0.5},"${values[i % values.length]}"`);
    const opened = openDataset(folder({ "metadata.csv": `label,z,x\n${lines.join("\n")}\n` }));
    const [expected] = codeIn(type);
    if (expected === "refused") return expect(opened).rejects.toThrow(/field "x"/);
    const { kinds, notices } = await opened;
    const table = kinds.table.options.columns as { name: string }[];
    const column = table.find(({ name }) => name === "x");
    if (expected === "left out") {
      expect(column ?? kinds.x).toBeUndefined();
      expect(notices.some(({ text }) => text.includes("`x`"))).toBe(true);
    } else if (expected.startsWith("{")) expect(column).toEqual({ name: "x", ...JSON.parse(expected) });
    else expect(kinds.x?.kind).toBe(expected);
  });
});
