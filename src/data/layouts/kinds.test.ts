/** Every layout, as a folder and as each archive: the same rows, and whatever was decided is noticed. */

import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { zipSync } from "fflate";
import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { npy } from "../../../test/support/data-files.js";
import { type Files, folders, jsonl, withLinks } from "../../../test/support/folders.js";
import { type Packing, pack, packed, packings } from "../../../test/support/packed.js";
import { Media } from "../../modality/index.js";
import { openDataset } from "../dataset.js";
import { tar } from "../import/write.js";
import type { Dataset } from "../types.js";

const folder = folders();
const raw = { width: 4, height: 4, channels: 1 } as const;
const png = await sharp(new Uint8Array(16), { raw }).png().toBuffer();
const wav = "RIFF....WAVE";

/** Each row as `label split modality,modality`, in order of ids. */
const rowsOf = ({ rows }: Dataset): string[] =>
  rows
    .map(
      ({ label = "–", split = "–", values }) => `${label} ${split} ${Object.keys(values).sort().join(",")}`,
    )
    .sort();
const codesOf = ({ notices }: Dataset): string[] => notices.map(({ code }) => code).sort();

interface Layout {
  readonly files: Files;
  readonly rows: readonly string[];
  readonly notices?: readonly string[];
}

const cat = ["cat – image", "dog – image"];
const layouts: Readonly<Record<string, Layout>> = {
  "class folders": { files: { "cat/1.png": png, "dog/1.png": png }, rows: cat },
  "class folders in a folder": {
    files: { "data/cat/1.png": png, "data/dog/1.png": png },
    rows: cat,
    notices: ["files/wrapper"],
  },
  "class folders two folders down, beside a README": {
    files: { "README.md": "x", "a/b/cat/1.png": png, "a/b/dog/1.png": png },
    rows: cat,
    notices: ["files/wrapper", "files/wrapper"],
  },
  "classes that are named as companions are": {
    files: {
      "README/1.png": png,
      "licence plates/1.png": png,
      "citation/1.png": png,
      "notice.md/1.png": png,
    },
    rows: ["README – image", "citation – image", "licence plates – image", "notice.md – image"],
  },
  "a class named as a split": {
    files: { "train/1.png": png, "bus/1.png": png },
    rows: ["bus – image", "train – image"],
  },
  "a hidden folder": {
    files: { "cat/1.png": png, "dog/1.png": png, ".hidden/1.png": png },
    rows: cat,
    notices: ["files/hidden"],
  },
  "loose files that are no data": {
    files: {
      "cat/1.png": png,
      "dog/1.png": png,
      "sizes.json": "{}",
      "notes.docx": "x",
      "classes.txt": "cat",
    },
    rows: cat,
    notices: ["files/left-out"],
  },
  "metadata that is no table, beside class folders": {
    files: {
      "cat/1.png": png,
      "dog/1.png": png,
      "metadata.yaml": "x: 1",
      "metadata.json": '{"version":1}',
      "metadata.md": "x",
    },
    rows: cat,
    notices: ["files/left-out"],
  },
  "a class that is named as metadata is": {
    files: { "cat/1.png": png, "metadata.csv/1.png": png },
    rows: ["cat – image", "metadata.csv – image"],
  },
  "metadata beside splits of class folders": {
    files: {
      ...{ "train/cat/1.png": png, "train/dog/1.png": png, "metadata.json": "[1]" },
      ...{ "test/cat/1.png": png, "test/dog/1.png": png },
    },
    rows: ["cat test image", "cat train image", "dog test image", "dog train image"],
    notices: ["files/left-out"],
  },
  "metadata in capitals, beside a companion": {
    files: {
      "metadata.CSV": "label,file_name\ncat,p/1.png\ndog,p/2.png\n",
      "p/1.png": png,
      "p/2.png": png,
      "metadata.log": "x",
    },
    rows: cat,
  },
  "the litter of operating systems": {
    files: Object.fromEntries([
      ...["cat/1.png", "dog/1.png"].map((name) => [name, png]),
      ...[
        "Thumbs.db",
        "cat/Thumbs.db",
        "cat/desktop.ini",
        "__MACOSX/cat/._1.png",
        "cat/@eaDir/1.png/t.jpg",
      ].map((name) => [name, "x"]),
      ...["._cat", "cat/._1.png", ".DS_Store", "dog/.DS_Store", ".ipynb_checkpoints/1.png"].map((name) => [
        name,
        "x",
      ]),
      ...["cat/1.png~", ".git/config", "dog/.ipynb_checkpoints/1.png"].map((name) => [name, "x"]),
    ]),
    rows: cat,
  },
  "folders a split": {
    files: { "Train/cat/1.png": png, "validation/dog/1.png": png, "TEST/owl/1.png": png },
    rows: ["cat train image", "dog val image", "owl test image"],
    notices: ["splits/words"],
  },
  "splits in a folder": {
    files: { "x/train/cat/1.png": png, "x/valid/dog/1.png": png, "x/dev/dog/2.png": png },
    rows: ["cat train image", "dog val image", "dog val image"],
    notices: ["files/wrapper", "splits/words"],
  },
  "files of one name": {
    files: { "cat/0.png": png, "cat/0.txt": "a", "cat/0.wav": wav, "dog/0.png": png, "dog/1.txt": "b" },
    rows: ["cat – audio,image,text", "dog – image", "dog – text"],
    notices: ["files/joined"],
  },
  "files of one name and kind": {
    files: { "fox/0.png": png, "fox/0.jpg": png, "owl/1.png": png },
    rows: ["fox – image", "fox – image", "owl – image"],
  },
  "files of one name and kind, in classes that are named as modalities are": {
    files: { "sketch/fox.png": png, "sketch/fox.jpg": png, "drawings/owl.png": png, "drawings/owl.jpg": png },
    rows: ["drawings – image", "drawings – image", "sketch – image", "sketch – image"],
  },
  "parallel folders": {
    files: { "images/a.png": png, "images/b.png": png, "audio/a.wav": wav, "masks/a.png": png },
    rows: ["– – audio,image,masks", "– – image"],
    notices: ["files/parallel"],
  },
  "parallel folders of class folders": {
    files: { "images/cat/1.png": png, "images/dog/1.png": png, "texts/cat/1.txt": "a" },
    rows: ["cat – image,text", "dog – image"],
    notices: ["files/parallel"],
  },
  "parallel folders of splits": {
    files: { "rgb/train/cat/1.png": png, "depth/train/cat/1.png": png, "rgb/test/dog/1.png": png },
    rows: ["cat train depth,rgb", "dog test rgb"],
    notices: ["files/parallel"],
  },
  "parallel folders in splits": {
    files: {
      "train/images/cat/1.png": png,
      "train/texts/cat/1.txt": "a",
      "test/images/dog/1.png": png,
      "test/texts/dog/1.txt": "a",
    },
    rows: ["cat train image,text", "dog test image,text"],
    notices: ["files/parallel", "files/parallel"],
  },
  "metadata and files": {
    files: {
      "metadata.jsonl": jsonl(
        { label: "cat", image_file_name: "p/1.png" },
        { label: "dog", image_file_name: "./p//2.png" },
      ),
      "p/1.png": png,
      "p/2.png": png,
      "p/3.png": png,
      "p/4.png": png,
      "LICENSE.txt": "x",
    },
    rows: cat,
    notices: ["files/unnamed"],
  },
  "metadata in a folder, with a card": {
    files: {
      "d/dataset.json": JSON.stringify({ modalities: { photo: { kind: "image" } } }),
      "d/metadata.csv": "label,photo_file_name,split\ncat,1.bin,training\ndog,1.bin,Dev\n",
      "d/1.bin": png,
    },
    rows: ["cat train photo", "dog val photo"],
    notices: ["files/wrapper", "splits/words"],
  },
  "one class in two Unicode forms": {
    files: { "caf\u00e9/1.png": png, "cafe\u0301/2.png": png, "tea/3.png": png },
    rows: ["café – image", "café – image", "tea – image"],
    notices: ["labels/normalised"],
  },
  "classes that differ in case": {
    files: { "Cat/1.png": png, "cat 2/2.png": png, "Cat_2/3.png": png },
    rows: ["Cat – image", "Cat_2 – image", "cat 2 – image"],
    notices: ["labels/alike"],
  },
};

describe.each(packings)("as %s", (packing) => {
  it.each(Object.entries(layouts))("%s", async (_, { files, rows, notices = [] }) => {
    const data = await openDataset(packed(folder, files, packing));
    expect(rowsOf(data)).toEqual(rows.map((row) => row.replace(/^(\S.*) – (\S+)$/, "$1 – $2")).sort());
    expect(codesOf(data)).toEqual([...notices].sort());
    for (const { values } of data.rows)
      for (const value of Object.values(values))
        if (value instanceof Media) expect((await value.read()).length).toBeGreaterThan(0);
  });

  it.each<[string, Files, RegExp]>([
    [
      "a folder beside splits",
      { "train/cat/1.png": png, "val/cat/2.png": png, "unlabeled/3.png": png },
      /^unlabeled: the folder is beside train, val/,
    ],
    [
      "nested class folders",
      { "bird/owl/1.png": png, "bird/hen/1.png": png, "mammal/cat/1.png": png },
      /^bird\/hen: it is a folder in the class folder "bird", as are bird\/owl, mammal\/cat; .*To make hen, owl, cat the classes, move these folders up.*to make bird, mammal the classes/,
    ],
    [
      "media alone",
      { "1.png": png, "2.png": png },
      /it holds 2 media files \(1\.png, 2\.png\).*metadata\.csv.*option `input`/,
    ],
    [
      "boxes",
      { "images/train/1.png": png, "labels/train/1.txt": "0 .1 .1 .2 .2" },
      /^labels: it is beside the folder images, as in object detection data/,
    ],
    [
      "a table beside folders",
      { "cat/1.png": png, "dog/1.png": png, "train.tsv": "a\tb" },
      /^train\.tsv: .*rename it metadata\.tsv, with the columns file_name/,
    ],
    [
      "files of one name and kind in parallel folders",
      { "images/a.png": png, "images/a.jpg": png, "texts/a.txt": "a" },
      /^images\/a\.png: it has the name of images\/a\.jpg up to the extension/,
    ],
    [
      "rows of JSON beside class folders",
      { "cat/1.png": png, "dog/1.png": png, "metadata.json": '\uFEFF [\n{"file_name":"cat/1.png"}]' },
      /the metadata files are metadata\.json; expected exactly one of metadata\.jsonl/,
    ],
    [
      "metadata of another kind without class folders",
      { "images/1.png": png, "images/2.png": png, "metadata.json": '{"1.png":"cat"}' },
      /the metadata files are metadata\.json/,
    ],
    [
      "two tables of metadata, in either case",
      { "cat/1.png": png, "dog/1.png": png, "metadata.TSV": "x", "metadata.csv": "x" },
      /the metadata files are metadata\.TSV, metadata\.csv/,
    ],
    [
      "files of other kinds",
      Object.fromEntries(Array.from({ length: 30 }, (_, i) => [`cat/${i + 10}.xyz`, "x"])),
      /^cat\/10\.xyz: .*; 30 in all, the others are cat\/11\.xyz; .*cat\/29\.xyz; and 10 more; expected/,
    ],
    [
      "missing files",
      {
        "metadata.jsonl": jsonl(...[1, 2, 3].map((i) => ({ label: "a", image_file_name: `P/${i}.png` }))),
        "p/1.png": png,
      },
      /^metadata\.jsonl:1, field "image_file_name": there is no file "P\/1\.png"; 3 in all, .*metadata\.jsonl:3.*Write p\/1\.png/,
    ],
    ["a URL", { "metadata.jsonl": jsonl({ image_file_name: "https://x.org/1.png" }) }, /is a URL.*Download/],
    [
      "a drive",
      { "metadata.jsonl": jsonl({ image_file_name: "C:\\me\\p\\1.png" }), "p/1.png": png },
      /has a backslash or a drive.*Write p\/1\.png/,
    ],
    [
      "an absolute path",
      { "metadata.jsonl": jsonl({ image_file_name: "/home/me/p/1.png" }), "p/1.png": png },
      /leaves the data folder.*Write p\/1\.png/,
    ],
    [
      "a path from another folder",
      { "metadata.jsonl": jsonl({ image_file_name: "data/p/1.png" }), "p/1.png": png },
      /there is no file.*Write p\/1\.png/,
    ],
  ])("refuses %s", async (_, files, message) => {
    await expect(openDataset(packed(folder, files, packing))).rejects.toThrow(message);
  });
});

describe("what metamodal wrote beside data", () => {
  const own = {
    "m.model/model.json": "{}",
    "m.model/model.safetensors": "",
    "m.model.run/events.jsonl": "{}",
  };
  it.each<[string, Files]>([
    ["class folders", { "cat/1.png": png, "dog/1.png": png }],
    ["a table", { "a.csv": "label,text\ncat,a b c\ndog,d e f\n" }],
    ["splits", { "train/cat/1.png": png, "train/dog/1.png": png }],
  ])("is no data: %s", async (_, files) => {
    expect(rowsOf(await openDataset(folder({ ...files, ...own })))).toEqual(
      rowsOf(await openDataset(folder(files))),
    );
  });
});

describe("archives in a folder", () => {
  it.each(
    packings.slice(1) as Exclude<Packing, "folder">[],
  )("alone, a %s of class folders", async (packing) => {
    const set = pack({ "cat/1.png": png, "dog/1.png": png }, packing);
    expect(rowsOf(await openDataset(folder({ [`set.${packing}`]: set, "README.md": "" })))).toEqual(cat);
  });

  it("of loose files, each a class that it is named after", async () => {
    const data = await openDataset(
      folder({
        "Class 1-samples.zip": pack({ "0.png": png, "1.png": png }, "zip"),
        "owl.zip": pack({ "0.png": png }, "zip"),
      }),
    );
    expect(rowsOf(data)).toEqual(["Class 1 – image", "Class 1 – image", "owl – image"]);
    expect(data.notices).toMatchObject([
      { code: "archives/classes", text: "read each as a class of its own: Class 1, owl" },
    ]);
  });

  it("of files named by class and number, as a project of Teachable Machine", async () => {
    const files = { "manifest.json": "{}", "Class 1-!-0.png": png, "a-!-b-!-12.png": png };
    const data = await openDataset(join(folder({ "project.tm": pack(files, "zip") }), "project.tm"));
    expect(rowsOf(data)).toEqual(["Class 1 – image", "a-!-b – image"]);
    const other = folder({ ...files, "stray.png": png });
    await expect(openDataset(other)).rejects.toThrow(/Class 1-!-0\.png/);
  });

  it("named by split", async () => {
    const data = await openDataset(
      folder({
        "train.zip": pack({ "x/cat/1.png": png, "x/dog/1.png": png }, "zip"),
        "test.tar": pack({ "owl/1.png": png }, "tar"),
      }),
    );
    expect(rowsOf(data)).toEqual(["cat train image", "dog train image", "owl test image"]);
  });
});

describe("a zip is refused", () => {
  const opens = (bytes: Uint8Array) => {
    const at = folder({ "a.zip": bytes });
    return expect(openDataset(join(at, "a.zip"))).rejects;
  };
  const good = zipSync({ "cat/1.png": png });

  it("that is encrypted", async () => {
    const bytes = Buffer.from(good);
    const entry = bytes.indexOf(Buffer.from("PK\x01\x02", "latin1"));
    bytes.writeUInt16LE(1, entry + 8);
    await opens(bytes).toThrow(/the member "cat\/1\.png" is encrypted; expected .*without a password/);
  });

  it("that is cut short, empty or no zip", async () => {
    await opens(good.subarray(0, good.length - 30)).toThrow(/cut short, or no zip/);
    await opens(new Uint8Array(0)).toThrow(/cut short, or no zip/);
    await opens(Buffer.from("<html>not found</html>")).toThrow(/cut short, or no zip/);
  });

  it("whose members leave it", async () => {
    for (const name of ["../x.png", "cat/../../x.png", "/x.png", "C:/x.png"])
      await opens(zipSync({ [name]: png })).toThrow(/leaves the archive/);
  });

  it("that unpacks to far more than its size", async () => {
    const bytes = Buffer.from(zipSync({ "cat/1.txt": new Uint8Array(100 * 2 ** 20) }));
    await opens(bytes).toThrow(/unpacks to far more than its size/);
  });

  it("whose member unpacks to more than it states", async () => {
    const bytes = Buffer.from(zipSync({ "cat/1.txt": new Uint8Array(2 ** 20) }));
    const entry = bytes.indexOf(Buffer.from("PK\x01\x02", "latin1"));
    bytes.writeUInt32LE(10, entry + 24);
    const at = folder({ "a.zip": bytes });
    const { rows } = await openDataset(join(at, "a.zip"));
    await expect((rows[0].values.text as Media).read()).rejects.toThrow(/cat\/1\.txt/);
  });

  it.each([0, 6] as const)("whose member has a flipped bit, packed at level %i", async (level) => {
    const words = Buffer.from("the quick brown fox jumps over the lazy dog");
    const bytes = Buffer.from(zipSync({ "cat/1.txt": words }, { level }));
    const start = 30 + "cat/1.txt".length;
    const messages: string[] = [];
    for (let at = start; at < start + bytes.readUInt32LE(18); at++) {
      const damaged = Buffer.from(bytes);
      damaged[at] ^= 4;
      const { rows } = await openDataset(join(folder({ "a.zip": damaged }), "a.zip"));
      const read = (rows[0].values.text as Media).read();
      const text = await read.then((found) => Buffer.from(found).toString()).catch(({ message }) => message);
      if (text !== words.toString()) messages.push(text);
    }
    expect(messages.length).toBeGreaterThan(30);
    expect(messages.filter((text) => !text.includes("cat/1.txt: "))).toEqual([]);
    expect(messages.some((text) => text.includes("its checksum is another than"))).toBe(true);
  });

  it("at every byte that is damaged, or it is read", async () => {
    for (let at = 0; at < good.length; at += 7) {
      const bytes = Buffer.from(good);
      bytes[at] ^= 0xff;
      const path = join(folder({ "a.zip": bytes }), "a.zip");
      const read = async () => {
        const { rows } = await openDataset(path);
        for (const { values } of rows) await (values.image as Media | undefined)?.read();
      };
      await read().catch((error) => expect(error.name).toBe("InputError"));
    }
  });
});

it("finds files whose names are in another Unicode form, and says so", async () => {
  const data = await openDataset(
    folder({
      "metadata.jsonl": jsonl({ label: "a", image_file_name: "cafe\u0301/\u00fc.png" }),
      "caf\u00e9/u\u0308.png": png,
    }),
  );
  expect((await (data.rows[0].values.image as Media).read()).length).toBe(png.length);
  expect(codesOf(data)).toEqual(["files/respelt"]);
});

it("names links that lead out, and links that were saved as text", async () => {
  const path = folder({ "dog/1.png": png });
  symlinkSync(folder({ "1.png": png }), join(path, "cat"));
  await expect(openDataset(path)).rejects.toThrow(/^cat: "cat" leaves the data folder: it is a link/);
  await expect(openDataset(folder({ cat: "../elsewhere/cat", dog: "../elsewhere/dog" }))).rejects.toThrow(
    /^cat: it is a link that was saved as a text file/,
  );
});

describe("entries that cannot be followed", () => {
  const elsewhere = folder({ "bin/python3": "x", "pkg/logo.png": png, "1.png": png });
  const nowhere = join(elsewhere, "gone");
  /** Links by the path of each, into a folder of files. */
  const linked = (files: Files, links: Readonly<Record<string, string>>) => withLinks(folder(files), links);
  /** What a virtual environment and an installation of packages have: links out, to nothing and to folders around them. */
  const tree = (name: string) => ({
    [`${name}/bin/python`]: join(elsewhere, "bin/python3"),
    [`${name}/bin/python3`]: "python",
    [`${name}/bin/gone.png`]: nowhere,
    [`${name}/lib64`]: ".",
    [`${name}/a/b`]: "../b",
    [`${name}/b/a`]: "../a",
    [`${name}/pkg`]: join(elsewhere, "pkg"),
  });
  const trees = {
    ...{ ...tree("venv"), ...tree(".venv"), ".hidden": nowhere, ".out": elsewhere },
    ...{ node_modules: join(elsewhere, "pkg"), "gone.png": nowhere, "README.md": nowhere },
  };
  const table = { "q.csv": "label,photo\ncat,1\ndog,2\n", "photos/1.png": png, "photos/2.png": png };

  it("stop no table that lies beside them, nor a search for the files that it names", async () => {
    expect(rowsOf(await openDataset(join(linked(table, trees), "q.csv")))).toEqual(cat);
    const { "q.csv": cells, ...files } = table;
    const folders = [linked({ ...files, "metadata.csv": cells }, trees), linked(table, tree("venv"))];
    for (const path of folders) expect(rowsOf(await openDataset(path))).toEqual(cat);
  });

  it("stop no tables named by split", async () => {
    const text = { "train.csv": "label,text\ncat,so good\n", "test.csv": "label,text\ndog,too bad\n" };
    const data = await openDataset(linked(text, trees));
    expect(rowsOf(data)).toEqual(["cat train text", "dog test text"]);
  });

  it("stop no class folders where they are hidden or may lie beside data", async () => {
    const links = { ...tree(".venv"), ".gone": nowhere, "cat/.gone": nowhere, "README.md": nowhere };
    const data = await openDataset(linked({ "cat/1.png": png, "dog/1.png": png }, links));
    expect(rowsOf(data)).toEqual(cat);
    expect(codesOf(data)).toEqual(["files/hidden"]);
  });

  it.each<[string, Files, Record<string, string>, RegExp]>([
    [
      "a class",
      { "dog/1.png": png },
      { cat: elsewhere },
      /^cat: "cat" leaves .* Copy the target of the link/,
    ],
    ["a class that is gone", { "dog/1.png": png }, { cat: nowhere }, /^cat: it is a broken link/],
    [
      "two classes",
      { "dog/1.png": png },
      { cat: elsewhere, eel: nowhere },
      /^cat: .*; 2 in all, the others are eel: it is a broken link/,
    ],
    ["a file of a class", { "cat/1.png": png }, { "cat/2.png": nowhere }, /^cat\/2\.png: it is a broken link/],
    [
      "the only file of a class",
      { "dog/1.png": png },
      { "cat/2.png": nowhere },
      /^cat\/2\.png: it is a broken link/,
    ],
    ["a split", { "test/cat/1.png": png }, { train: elsewhere }, /^train: "train" leaves the data folder/],
    ["a class of a split", { "test/a/1.png": png }, { "train/a": elsewhere }, /^train\/a: "train\/a" leaves/],
    [
      "a folder beside the only one",
      { "d/a/1.png": png, "d/b/1.png": png },
      { e: elsewhere },
      /^e: "e" leaves/,
    ],
    ["a class in the only folder", { "d/a/1.png": png }, { "d/b": elsewhere }, /^d\/b: "d\/b" leaves/],
    [
      "a file of parallel folders",
      { "images/1.png": png, "texts/1.txt": "a" },
      { "images/2.png": join(elsewhere, "1.png") },
      /^images\/2\.png: "images\/2\.png" leaves the data folder/,
    ],
    ["a class named as a file", { "dog/1.png": png }, { LICENSE: elsewhere }, /^LICENSE: "LICENSE" leaves/],
    ["a class that it lies in", { "dog/1.png": png }, { cat: "." }, /^cat: it is a link to a folder that contains it/],
    [
      "the metadata",
      { "dog/1.png": png },
      { "metadata.csv": nowhere },
      /^metadata\.csv: "metadata\.csv" is a/,
    ],
    [
      "the card",
      { "dog/1.png": png },
      { "dataset.json": nowhere },
      /^dataset\.json: "dataset\.json" is a broken link/,
    ],
    [
      "a file that a row names",
      { "metadata.csv": "label,file_name\ncat,p/1.png\n" },
      { p: nowhere },
      /^metadata\.csv:2, field "file_name": "p" is a broken link/,
    ],
  ])("are named where they are data: %s", async (_, files, links, message) => {
    await expect(openDataset(linked(files, links))).rejects.toThrow(message);
  });

  /** Without the rights of the superuser, for whom nothing is unreadable. */
  const asNobody = async (open: () => Promise<unknown>) => {
    if (process.getuid?.() !== 0) return open();
    process.seteuid?.(65534);
    try {
      return await open();
    } finally {
      process.seteuid?.(0);
    }
  };

  it("are folders that may not be read, named where they are data", async () => {
    const locked = (files: Files, name: string) => {
      const path = folder(files);
      chmodSync(dirname(path), 0o755);
      chmodSync(join(path, name), 0);
      return path;
    };
    const beside = locked({ ...table, "x/1.png": png }, "x");
    expect(await asNobody(() => openDataset(join(beside, "q.csv")).then(rowsOf))).toEqual(cat);
    const may = (path: string) => expect(asNobody(() => openDataset(path))).rejects;
    const classes = { "cat/1.png": png, "dog/1.png": png };
    await may(locked(classes, "cat")).toThrow(/^cat: "cat" may not be read: permission is denied; /);
    const whole = locked(classes, "");
    await may(whole).toThrow(/set-\d+: ".*" may not be read/);
    await may(join(whole, "cat")).toThrow(/cat: ".*" may not be read/);
    const named = locked({ "metadata.csv": "label,file_name\ncat,p/1.png\n", "p/1.png": png }, "p");
    await may(named).toThrow(/^metadata\.csv:2, field "file_name": "p\/1\.png" may not be read/);
  });
});

it("leaves out the links that Emacs locks files by, which lead to nothing", async () => {
  const path = folder({ "cat/1.png": png, "dog/1.png": png });
  for (const name of [".#1.png", "cat/.#1.png"]) symlinkSync("me@host.1234:5678", join(path, name));
  const data = await openDataset(path);
  expect(rowsOf(data)).toEqual(cat);
  expect(data.notices).toEqual([]);
});

it("reads labels, splits and fields as they are compared", async () => {
  const rows = [" cat", "cat\u00a0", "\u200bcat", "cat"].map((label, i) => ({
    label,
    text: `text ${i}`,
    split: [" Train ", "training"][i % 2],
  }));
  const data = await openDataset(
    folder({
      "metadata.jsonl": jsonl(
        ...rows,
        { label: "\u00a0", text: "a tabby" },
        { label: "dog", " te\u0301xt ": "y" },
      ),
    }),
  );
  expect(data.rows.map(({ label, split }) => [label, split])).toEqual([
    ...Array(4).fill(["cat", "train"]),
    [undefined, undefined],
    ["dog", undefined],
  ]);
  expect(Object.keys(data.kinds)).toEqual(["text", "t\u00e9xt"]);
  expect(codesOf(data)).toEqual(["columns/renamed", "labels/normalised", "splits/words"]);
});

it("reads shards whose names hold dots, litter and companions", async () => {
  const members = ["a 1.5", "b 2.x.5"].flatMap((key): [string, Uint8Array][] => [
    [`${key}.PNG`, png],
    [`${key}.CLS`, Buffer.from("cat")],
    [`._${key}.PNG`, Buffer.from("x")],
  ]);
  const path = folder({
    "0.tar": tar([...members, ["README.md", Buffer.from("x")], [".DS_Store", Buffer.from("x")]]),
  });
  writeFileSync(join(path, "sizes.json"), "{}");
  mkdirSync(join(path, "__MACOSX"));
  const data = await openDataset(path);
  expect(rowsOf(data)).toEqual(["cat – image", "cat – image"]);
});

it.each([
  "a.ndjson.gz",
  "a.NPZ",
  "train-labels-idx1-ubyte",
  "a.xls",
  "a.parquet.gz",
  "a.arrow",
])("refuses %s beside class folders, as it may hold the labels", async (name) => {
  const path = folder({ "cat/1.png": png, "dog/1.png": png, [name]: "x" });
  await expect(openDataset(path)).rejects.toThrow(
    new RegExp(`^${name}: it is neither .*is the table of the data, (?:rename it|write it as) metadata`),
  );
});

describe("what lies beside the only folder or archive", () => {
  const inner = { "images/cat/1.png": png, "images/dog/1.png": png };
  const zip = pack({ "cat/1.png": png, "dog/1.png": png }, "zip");

  it.each<[string, Files]>([
    ["tables", { "a.csv": "x,y\n1,2\n", "b.csv": "x,y\n1,2\n" }],
    ["tables that are not read", { "a.xls": "x" }],
    ["arrays", { "a.npz": "x" }],
    ["IDX files", { "train-labels-idx1-ubyte": "x" }],
  ])("is refused where it is %s", async (_, files) => {
    const [first] = Object.keys(files);
    const message = new RegExp(`^${first}: it is neither a class folder`);
    await expect(openDataset(folder({ ...inner, ...files }))).rejects.toThrow(message);
    await expect(openDataset(folder({ "set.zip": zip, ...files }))).rejects.toThrow(message);
  });

  it("is read where it is tables of splits", async () => {
    const table = "file_name,label\nimages/cat/1.png,a\nimages/dog/1.png,b\n";
    const data = await openDataset(folder({ ...inner, "train.csv": table, "test.csv": table }));
    expect(rowsOf(data)).toEqual(["a test image", "a train image", "b test image", "b train image"]);
  });

  it("is named where it is left out", async () => {
    for (const files of [inner, { "set.zip": zip }]) {
      const data = await openDataset(folder({ ...files, "sizes.json": "{}" }));
      expect(rowsOf(data)).toEqual(cat);
      expect(data.notices).toMatchObject([
        { code: "files/wrapper", text: expect.stringMatching(/; left out sizes\.json beside it$/) },
      ]);
    }
  });

  const card = JSON.stringify({ modalities: { clip: { kind: "vector", file: "clip.npy" } } });
  const vectors = npy("<f4", [2, 2], new Uint8Array(16));

  it("is found where it is a file of vectors", async () => {
    const beside = { "dataset.json": card, "clip.npy": vectors };
    const data = await openDataset(folder({ ...beside, "set.zip": zip }));
    expect(rowsOf(data)).toEqual(["cat – clip,image", "dog – clip,image"]);
    await expect(openDataset(folder({ ...beside, ...inner }))).rejects.toThrow(
      /^images\/cat: .*To make cat, dog the classes, move these folders up/,
    );
    const within = folder({ ...inner, "dataset.json": card, "images/clip.npy": vectors });
    expect(rowsOf(await openDataset(within))).toEqual(["cat – clip,image", "dog – clip,image"]);
  });
});
