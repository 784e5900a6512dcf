/** Every layout of a data folder gives the same rows; what cannot be read is said with its place. */

import { symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { parquetWriteBuffer } from "hyparquet-writer";
import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { idx, npy } from "../../../test/support/data-files.js";
import { type Files, folders, jsonl } from "../../../test/support/folders.js";
import type { Media } from "../../modality/index.js";
import { openDataset } from "../dataset.js";
import { gzip, tar } from "../import/write.js";
import type { Row } from "../types.js";

const folder = folders();
const open = (files: Files) => openDataset(folder(files));
const raw = { width: 4, height: 4, channels: 1 } as const;
const png = await sharp(new Uint8Array(16), { raw }).png().toBuffer();

const parquet = (columnData: Parameters<typeof parquetWriteBuffer>[0]["columnData"], codec?: "SNAPPY") =>
  new Uint8Array(parquetWriteBuffer({ columnData, codec }));

/** Rows without where they were read; the bytes of media in place of these. */
const plain = (rows: readonly Row[]) =>
  Promise.all(
    rows.map(async ({ where: _, values, ...row }) => {
      const read = Object.entries(values).map(async ([name, value]) => [
        name,
        typeof value === "object" && value !== null && "read" in value
          ? Buffer.from(await (value as Media).read())
          : value,
      ]);
      return { ...row, ...Object.fromEntries(await Promise.all(read)) };
    }),
  );

describe("metadata.parquet", () => {
  it.each([undefined, "SNAPPY"] as const)("of plain columns, lists and whole numbers (%s)", async (codec) => {
    const columns = [
      { name: "label", data: ["a", "b"], type: "STRING" as const },
      { name: "id", data: [7n, 8n], type: "INT64" as const },
      { name: "v", data: [[1, 2.5], null] },
      { name: "text", data: ["größer", "x"], type: "STRING" as const },
    ];
    const { rows } = await open({ "metadata.parquet": parquet(columns, codec) });
    expect(rows).toEqual([
      { id: "7", label: "a", where: "metadata.parquet:1", values: { v: [1, 2.5], text: "größer" } },
      { id: "8", label: "b", where: "metadata.parquet:2", values: { text: "x" } },
    ]);
  });

  it("of bytes, and of files beside it", async () => {
    const columns = [
      { name: "photo", data: [png, png] },
      { name: "image_file_name", data: ["a/1.png", null], type: "STRING" as const },
    ];
    const { rows, kinds } = await open({ "metadata.parquet": parquet(columns), "a/1.png": png });
    expect(Object.entries(kinds).map(([name, { kind }]) => [name, kind])).toEqual([
      ["photo", "image"],
      ["image", "image"],
    ]);
    expect(Buffer.from(rows[1].values.photo as Uint8Array)).toEqual(png);
  });

  it("of structs of bytes and path, as Hugging Face writes pictures and sounds", async () => {
    const columnData = [
      { name: "image", data: [{ bytes: png, path: null }] },
      { name: "audio", data: [{ bytes: Uint8Array.of(1), path: "x.wav" }] },
    ];
    const schema = ["image", "audio"].flatMap((name) => [
      { name, num_children: 2, repetition_type: "OPTIONAL" as const },
      { name: "bytes", type: "BYTE_ARRAY" as const, repetition_type: "OPTIONAL" as const },
      {
        name: "path",
        type: "BYTE_ARRAY" as const,
        converted_type: "UTF8" as const,
        repetition_type: "OPTIONAL" as const,
      },
    ]);
    const bytes = parquetWriteBuffer({ columnData, schema: [{ name: "root", num_children: 2 }, ...schema] });
    const { rows, kinds } = await open({ "metadata.parquet": new Uint8Array(bytes) });
    expect([kinds.image.kind, kinds.audio.kind]).toEqual(["image", "audio"]);
    expect(await plain(rows)).toEqual([{ id: "row-1", image: png, audio: Buffer.of(1) }]);
  });

  it("of numbers as classes where the card says so, else to predict", async () => {
    const columns = [
      { name: "label", data: [3, 4], type: "INT32" as const },
      { name: "text", data: ["a", "b"] },
    ];
    const file = { "metadata.parquet": parquet(columns) };
    expect((await open(file)).rows.map(({ target }) => target)).toEqual([3, 4]);
    const card = JSON.stringify({ task: "classification" });
    expect((await open({ ...file, "dataset.json": card })).rows.map(({ label }) => label)).toEqual([
      "3",
      "4",
    ]);
  });

  it("that is damaged", async () => {
    const bytes = parquet([{ name: "text", data: ["a".repeat(99)] }]);
    await expect(open({ "metadata.parquet": bytes.subarray(0, 60) })).rejects.toThrow(
      /^metadata\.parquet: the file cannot be read .*expected an intact Parquet file/,
    );
  });
});

describe("a folder a split", () => {
  const rows = [
    { id: "train/cat/1.png", label: "cat", split: "train" },
    { id: "validation/bee/1.png", label: "bee", split: "val" },
    { id: "test/dog/1.png", label: "dog", split: "test" },
  ];
  const byId = <R extends { id: string }>(some: R[]) => some.sort((a, b) => (a.id < b.id ? -1 : 1));

  it("of class folders, as imagefolder has it", async () => {
    const files = Object.fromEntries(rows.map(({ id }) => [id, png]));
    const found = await plain((await open({ ...files, "README.md": "" })).rows);
    expect(found).toEqual(byId(rows.map((row) => ({ ...row, image: png }))));
  });

  it("of sounds, as audiofolder has it", async () => {
    const { kinds } = await open({ "train/yes/1.wav": "RIFF", "test/no/1.wav": "RIFF" });
    expect(kinds).toEqual({ audio: { kind: "audio", options: {} } });
  });

  it("of metadata files, whose paths start in it", async () => {
    const row = (file_name: string, label: string) => ({ file_name, label, caption: label });
    const data = await open({
      "train/metadata.jsonl": jsonl(row("a/1.png", "cat")),
      "train/a/1.png": png,
      "dev/metadata.csv": "file_name,label,caption\n1.png,bee,bee\n",
      "dev/1.png": png,
    });
    expect(await plain(data.rows)).toEqual([
      { id: "dev/row-2", label: "bee", split: "val", image: png, caption: "bee" },
      { id: "train/row-1", label: "cat", split: "train", image: png, caption: "cat" },
    ]);
    expect(data.rows[1].where).toBe("train/metadata.jsonl:1");
  });

  it("is class folders where another class lies beside it", async () => {
    const { rows } = await open({ "train/1.png": png, "bus/1.png": png });
    expect(rows.map(({ label, split }) => [label, split])).toEqual([
      ["bus", undefined],
      ["train", undefined],
    ]);
  });
});

describe("WebDataset shards", () => {
  const text = (value: string) => Buffer.from(value);
  const members: [string, Uint8Array][] = [
    ["./a/0001.jpg", png],
    ["./a/0001.cls", text("7\n")],
    ["./a/0001.txt", text("a cat\n")],
    ["./a/0002.front.png", png],
    ["./a/0002.json", text('{"label":"8","group":"g","v":[1,2]}')],
  ];

  it.each(["tar", "tar.gz"])("in .%s, split by their names", async (ending) => {
    const pack = (some: typeof members) => (ending === "tar" ? tar(some) : gzip(tar(some)));
    const [train, val] = [`train-000000.${ending}`, `val-000000.${ending}`];
    const data = await open({ [train]: pack(members), [val]: pack([["b.png", png]]) });
    expect(await plain(data.rows)).toEqual([
      { id: `${train}/a/0001`, label: "7", split: "train", image: png, text: "a cat" },
      { id: `${train}/a/0002`, label: "8", split: "train", group: "g", v: [1, 2], front: png },
      { id: `${val}/b`, split: "val", image: png },
    ]);
  });

  it("in folders a split", async () => {
    const { rows } = await open({ "train/0.tar": tar(members), "test/0.tar": tar([["b.png", png]]) });
    expect(rows.map(({ split }) => split)).toEqual(["test", "train", "train"]);
  });

  it("with long names", async () => {
    const name = `${"deep/".repeat(40)}${"n".repeat(120)}.png`;
    const body = text(name);
    const long = Buffer.concat([body, Buffer.alloc(512 - (body.length % 512))]);
    // GNU tar: a member "././@LongLink" of type L holds the next one's name.
    const link = tar([["././@LongLink", body]]).subarray(0, 512);
    link[156] = "L".charCodeAt(0);
    link.fill(" ", 148, 156);
    link.write(
      `${[...link]
        .reduce((a, b) => a + b)
        .toString(8)
        .padStart(6, "0")}\0 `,
      148,
    );
    const { rows } = await open({
      "0.tar": Buffer.concat([
        link,
        long,
        tar([
          ["short.png", png],
          ["b.png", png],
        ]),
      ]),
    });
    expect(rows.map(({ id }) => id)).toEqual([`0.tar/${name.slice(0, -4)}`, "0.tar/b"]);
  });

  it("with what is no example", async () => {
    const shard = (...some: typeof members) => expect(open({ "0.tar": tar(some) })).rejects;
    await shard(["a.xyz", png]).toThrow(/^0\.tar\/a\.xyz: .*is unknown; expected \.json/);
    await shard(["STUFF", png]).toThrow(/^0\.tar\/STUFF: .*is unknown/);
    await shard(["a.json", text("[]")]).toThrow(/^0\.tar\/a\.json: the member is not a JSON object/);
    await shard(["a.json", text("{")]).toThrow(/^0\.tar\/a\.json: .*valid JSON/);
    await shard(["a.json", text('{"file_name":"../../x.png"}')]).toThrow(/leaves the data folder/);
  });
});

describe("links out of the folder", () => {
  it("are refused as metadata, card and shard", async () => {
    const secret = folder({ "secret.txt": '{"text":"a"}', "s.tar": tar([["a.png", png]]) });
    for (const [target, name] of [
      ["secret.txt", "metadata.jsonl"],
      ["secret.txt", "dataset.json"],
      ["s.tar", "s.tar"],
    ]) {
      const path = folder({ "train/a.png": png });
      symlinkSync(join(secret, target), join(path, name));
      if (name === "dataset.json") writeFileSync(join(path, "metadata.jsonl"), '{"text":"a"}');
      if (name === "s.tar") writeFileSync(join(path, "metadata.jsonl"), '{"file_name":"s.tar/a.png"}');
      await expect(openDataset(path)).rejects.toThrow(/leaves the data folder/);
    }
    const path = folder({ "test/cat/1.png": png });
    symlinkSync(dirname(secret), join(path, "train"));
    await expect(openDataset(path)).rejects.toThrow(/"train" leaves the data folder/);
  });
});

it.each(["metadata.ndjson.gz", "rows.ndjson.gz"])("reads %s", async (name) => {
  const { rows } = await open({ [name]: gzip(jsonl({ label: "a", text: "x" })) });
  expect(rows).toMatchObject([{ label: "a", where: `${name}:1` }]);
});

describe("an ending in capitals", () => {
  it.each(["DATA.CSV.GZ", "metadata.Csv.Gz", "DATA.TSV.GZ"])("of a table: %s", async (name) => {
    const cells = /tsv/i.test(name) ? "label\ttext\na\tx\n" : "label,text\na,x\n";
    const path = folder({ [name]: gzip(cells) });
    for (const at of [path, join(path, name)]) {
      const { rows, notices } = await openDataset(at);
      expect(rows).toMatchObject([{ label: "a", where: `${name}:2`, values: { text: "x" } }]);
      expect(notices.map(({ code }) => code)).not.toContain("file/delimiter");
    }
  });

  it("of IDX files", async () => {
    const { rows } = await open({
      "TRAIN-IMAGES-IDX3-UBYTE.GZ": gzip(idx([2, 1, 1], [3, 4])),
      "TRAIN-LABELS-IDX1-UBYTE": idx([2], [7, 8]),
    });
    expect(rows.map(({ label, split }) => `${split} ${label}`)).toEqual(["train 7", "train 8"]);
  });

  it("of vectors", async () => {
    const { rows } = await open({
      "dataset.json": JSON.stringify({ modalities: { clip: { kind: "vector", file: "CLIP.NPY" } } }),
      "CLIP.NPY": npy("<f4", [1, 2], new Uint8Array(Float32Array.of(1, 2).buffer)),
      "metadata.jsonl": jsonl({ label: "a" }),
    });
    expect(rows).toMatchObject([{ values: { clip: Float32Array.of(1, 2) } }]);
  });
});
