import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { gzipSync } from "node:zlib";
import sharp from "sharp";
import { Header } from "tar";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Media } from "../modality/index.js";
import { createDataset, openDataset } from "./dataset.js";
import { gzip, tar } from "./import/write.js";
import type { Example } from "./types.js";

const root = mkdtempSync(join(tmpdir(), "metamodal-data-"));
afterAll(() => rmSync(root, { recursive: true }));
let folders = 0;
let png: Buffer;
beforeAll(async () => {
  const raw = { width: 4, height: 4, channels: 1 } as const;
  png = await sharp(new Uint8Array(16), { raw }).png().toBuffer();
});

function folder(files: Record<string, string | Uint8Array>): string {
  const path = join(root, `set-${folders++}`);
  mkdirSync(path);
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(path, name)), { recursive: true });
    writeFileSync(join(path, name), content);
  }
  return path;
}
const jsonl = (...rows: unknown[]) => rows.map((row) => `${JSON.stringify(row)}\n`).join("");
const pen = [
  [
    [0, 0],
    [1, 1],
  ],
];

describe("openDataset reads", () => {
  it("metadata.jsonl with inline values, media and dataset.json", async () => {
    const card = { name: "mine", licence: "MIT", modalities: { pen: { kind: "strokes", points: 8 } } };
    const path = folder({
      "dataset.json": JSON.stringify(card),
      "metadata.jsonl": `${jsonl(
        { id: "a", label: "x", split: "train", group: "g", photo_file_name: "sub/1.png", pen },
        { label: "y", caption: "hello", photo_file_name: null, pen: "" },
      )}\n${jsonl({ id: 7, features: [1, 2, 3] })}`,
      "sub/1.png": png,
    });
    const { name, licence, kinds, rows } = await openDataset(path);
    expect({ name, licence }).toEqual({ name: "mine", licence: "MIT" });
    expect(kinds).toEqual({
      pen: { kind: "strokes", options: { points: 8 } },
      photo: { kind: "image", options: {} },
      caption: { kind: "text", options: {} },
      features: { kind: "vector", options: {} },
    });
    expect(rows.map(({ values, ...row }) => ({ ...row, has: Object.keys(values) }))).toEqual([
      { id: "a", label: "x", split: "train", group: "g", where: "metadata.jsonl:1", has: ["photo", "pen"] },
      { id: "row-2", label: "y", where: "metadata.jsonl:2", has: ["caption"] },
      { id: "7", where: "metadata.jsonl:4", has: ["features"] },
    ]);
    expect(await (rows[0].values.photo as Media).read()).toEqual(png);
  });

  it("modalities named in any script", async () => {
    const path = folder({ "metadata.jsonl": jsonl({ größe_2: "a", "写真-b": "b", छवि: "c" }) });
    expect(Object.keys((await openDataset(path)).kinds)).toEqual(["größe_2", "写真-b", "छवि"]);
  });

  it("a byte order mark before metadata.jsonl and dataset.json", async () => {
    const path = folder({
      "dataset.json": '\uFEFF{"name":"marked"}',
      "metadata.jsonl": '\uFEFF{"text":"a"}',
    });
    expect(await openDataset(path)).toMatchObject({ name: "marked", rows: [{ values: { text: "a" } }] });
  });

  it("metadata.jsonl.gz", async () => {
    const path = folder({ "metadata.jsonl.gz": gzipSync(jsonl({ label: "x", strokes: pen })) });
    const [row] = (await openDataset(path)).rows;
    expect(row).toEqual({ id: "row-1", label: "x", where: "metadata.jsonl.gz:1", values: { strokes: pen } });
  });

  it("metadata.csv with JSON cells, empty cells and quoted line breaks", async () => {
    const path = folder({
      "dataset.json": JSON.stringify({ modalities: { note: { kind: "text" } } }),
      "metadata.csv": '\uFEFFlabel,strokes,note\n3,"[[[0,0],[1,1]]]","[two\nlines]"\n4,,plain\n',
    });
    const { rows } = await openDataset(path);
    expect(rows.map(({ label, values, where }) => ({ label, values, where }))).toEqual([
      { label: "3", values: { strokes: pen, note: "[two\nlines]" }, where: "metadata.csv:3" },
      { label: "4", values: { note: "plain" }, where: "metadata.csv:4" },
    ]);
  });

  it("class folders of images", async () => {
    const path = folder({
      "cat/1.png": png,
      "cat/2.jpg": png,
      "bee/1.png": png,
      "README.md": "hi",
      LICENCE: "",
    });
    const { rows, kinds } = await openDataset(path);
    expect(rows.map(({ id, label }) => [id, label])).toEqual([
      ["bee/1.png", "bee"],
      ["cat/1.png", "cat"],
      ["cat/2.jpg", "cat"],
    ]);
    expect(Object.keys(kinds)).toEqual(["image"]);
  });

  it("class folders that are links within the data folder", async () => {
    const path = folder({ "cat/1.png": png });
    symlinkSync("cat", join(path, "puss"));
    expect((await openDataset(path)).rows.map(({ id }) => id)).toEqual(["cat/1.png", "puss/1.png"]);
  });

  it.each(["images.tar", "images.tar.gz"])("members of %s, and Hugging Face's file_name", async (shard) => {
    const bytes = tar([
      ["./a.png", png],
      ["deep/b.png", new Uint8Array(1000).fill(3)],
    ]);
    const path = folder({
      [shard]: shard.endsWith("gz") ? gzip(bytes) : bytes,
      "metadata.jsonl": jsonl({ file_name: `${shard}/a.png` }, { image_file_name: `${shard}/deep/b.png` }),
    });
    const media = (await openDataset(path)).rows.map(({ values }) => values.image as Media);
    expect(media.map(({ name }) => name)).toEqual([`${shard}/a.png`, `${shard}/deep/b.png`]);
    expect(Buffer.from(await media[0].read())).toEqual(png);
    expect([...(await media[1].read())]).toEqual(Array(1000).fill(3));
  });

  it("tabular columns as one value, for kinds that come later", async () => {
    const path = folder({
      "dataset.json": JSON.stringify({ modalities: { size: { kind: "tabular", columns: ["w", "h"] } } }),
      "metadata.jsonl": jsonl({ w: 1, h: 2, label: "x" }),
    });
    expect((await openDataset(path)).rows[0].values).toEqual({ size: { w: 1, h: 2 } });
  });
});

describe("openDataset refuses", () => {
  const rejects = (files: Record<string, string | Uint8Array>) => expect(openDataset(folder(files))).rejects;

  it.each<[string, unknown, RegExp]>([
    ["a label that is a list", { label: [3], text: "a" }, /"label": the label is \[3\]; .*number to predict/],
    [
      "a label too large",
      { label: 1e300, text: "a" },
      /"label": the label is 1e\+300; expected a finite number/,
    ],
    [
      "another split",
      { split: "fold1", text: "a" },
      /"split": the split is "fold1"; expected train, val, test/,
    ],
    ["an object id", { id: {}, text: "a" }, /"id": the value is {}; expected a string/],
    ["mixed arrays", { v: [1, "a"] }, /"v": \[1,"a"\] is not a value/],
    ["bad strokes", { strokes: [[[0, null]]] }, /"strokes": stroke 0, point 0 is \[0,null\]/],
    ["a number for a file name", { image_file_name: 3 }, /"image_file_name": the file name is 3/],
    ["an unknown extension", { x_file_name: "a.xyz" }, /"x_file_name": the extension of "a.xyz"/],
    [
      "a missing file",
      { image_file_name: "no.png" },
      /"image_file_name": there is no file "no.png".*Add no.png/,
    ],
    ["a folder as a file", { image_file_name: "./metadata.jsonl/a.png" }, /there is no file/],
    ["a missing shard", { image_file_name: "no.tar/1.png" }, /"image_file_name": there is no file "no.tar"/],
    ["a path with ..", { image_file_name: "a/../../x.png" }, /leaves the data folder/],
    ["an absolute path", { image_file_name: "/etc/x.png" }, /leaves the data folder/],
    ["a row without a modality", { label: "x" }, /the row has no modality/],
    ["another kind", { strokes: "text" }, /"strokes" is of kind text here but strokes in metadata.jsonl:1/],
    ["a name of Object.prototype", { constructor: 3 }, /"constructor" is taken and cannot name a modality/],
    ["an array as a row", [1], /the line is not an object/],
    ["one id twice", { id: "row-1", text: "a" }, /"id": the id "row-1" is already used in metadata.jsonl:1/],
  ])("%s", async (_name, row, message) => {
    const attempt = openDataset(folder({ "metadata.jsonl": jsonl({ strokes: pen }, row) }));
    await expect(attempt).rejects.toThrow(message);
    await expect(attempt).rejects.toThrow(/^metadata\.jsonl:2.*; expected .*\. ./);
    await expect(attempt).rejects.toMatchObject({ name: "InputError", exitCode: 2 });
  });

  it("a modality given inline and as a file", async () => {
    const files = { "a.txt": "a", "metadata.jsonl": jsonl({ text: "a", text_file_name: "a.txt" }) };
    await rejects(files).toThrow(
      /metadata\.jsonl:1, field "text_file_name": the modality "text" is given twice/,
    );
  });

  const badNames = ["../evil", "a/b", "a.b", "a b", "", "7", "-a", "a".repeat(65)].concat([
    ...["__proto__", "constructor", "prototype", "toString", "hasOwnProperty", "valueOf", "dtype", "shape"],
  ]);
  it.each(badNames)("a modality named %j", async (name) => {
    const key = JSON.stringify(name);
    const refused = (where: string) => (error: Error) =>
      error.message.startsWith(`${where}: ${key.slice(0, 60)}`) &&
      / name a modality; expected a letter.*Rename/.test(error.message);
    const outcome = (files: Record<string, string>) => openDataset(folder(files)).catch((error) => error);
    expect(await outcome({ "metadata.jsonl": `{"text":"a"}\n{${key}:[[[0,1]]]}\n` })).toSatisfy(
      refused(`metadata.jsonl:2, field ${key}`),
    );
    // A column of a table may have any other name.
    if (name in Object.prototype || name === "prototype")
      expect(await outcome({ "metadata.csv": `label,${name}\na,words\n` })).toSatisfy(
        refused(`metadata.csv:2, field ${key}`),
      );
    const card = `{"modalities":{${key}:{"kind":"text"}}}`;
    expect(await outcome({ "dataset.json": card, "metadata.jsonl": '{"text":"a"}' })).toSatisfy(
      refused('dataset.json, field "modalities"'),
    );
  });

  it("a media field of a modality that may not be named so", async () => {
    for (const name of ["../up", "__proto__", "label", "id"])
      await rejects({ "a.png": png, "metadata.jsonl": `{"${name}_file_name":"a.png"}` }).toThrow(
        / name a modality; expected a letter/,
      );
  });

  it("bad JSON, bad CSV, bad UTF-8 and bad gzip with their place", async () => {
    await rejects({ "metadata.jsonl": '{"text":"a"}\n{"text":\n' }).toThrow(
      /^metadata\.jsonl:2: .*valid JSON/,
    );
    await rejects({ "metadata.csv": "a,b\n1,2\n1\n" }).toThrow(/^metadata\.csv:3: /);
    await rejects({ "metadata.csv": 'strokes\n"[[[1,1]]]"\n"[[1,]]"\n' }).toThrow(
      /^metadata\.csv:3, field "strokes"/,
    );
    await rejects({ "metadata.csv": "label,text,label\na,b,c\n" }).toThrow(
      /^metadata\.csv:1: two columns are named "label"; expected a different name.*Rename/,
    );
    await rejects({ "metadata.jsonl": Uint8Array.of(0x22, 0xff, 0x22) }).toThrow(/^metadata\.jsonl: .*UTF-8/);
    await rejects({ "metadata.jsonl.gz": "plain" }).toThrow(/^metadata\.jsonl\.gz: .*intact gzip/);
  });

  it("no folder, no rows and two metadata files", async () => {
    await expect(openDataset(join(root, "nowhere"))).rejects.toThrow(/nowhere: there is no such folder/);
    await rejects({}).toThrow(/the data set has no rows/);
    await rejects({ "metadata.jsonl": "\n" }).toThrow(/metadata\.jsonl: the data set has no rows/);
    await rejects({ "metadata.jsonl": "", "metadata.csv": "" }).toThrow(/exactly one of/);
    await rejects({ "metadata.xml": "" }).toThrow(/the metadata files are metadata.xml/);
    await rejects({ "cat/1.png": png, "cat/notes.md": "" }).toThrow(
      /^cat\/notes\.md: the extension is not that of an image, a sound or a text/,
    );
  });

  it("what lies beside images and would be left out", async () => {
    await rejects({ "cat/1.png": png, "extra.png": png }).toThrow(
      /^extra\.png: it is neither a class folder nor a metadata file; expected class-name.*Move it/,
    );
    const path = folder({ "cat/1.png": png });
    mkdirSync(join(path, "bee"));
    await expect(openDataset(path)).rejects.toThrow(/^bee: the class folder is empty; .*remove the fol/);
    await rejects({ "cat/1.jxl": png }).toThrow(/^cat\/1\.jxl: .*\.png, \.jpg, \.jpeg, .*\)\. Convert/);
    await rejects({ "a.jxl": png, "metadata.jsonl": jsonl({ photo_file_name: "a.jxl" }) }).toThrow(
      /^metadata\.jsonl:1.*"a\.jxl" is not that of a media file; expected one of \.png, .*Convert/,
    );
    if (process.platform !== "win32")
      await rejects({ "b\\w/1.png": png }).toThrow(/"b\\w\/1\.png" has a backslash or a drive; .* rename/);
  });

  it("a bad dataset.json", async () => {
    const card = (value: unknown) => rejects({ "dataset.json": JSON.stringify(value), "cat/1.png": png });
    await card({ nmae: "x" }).toThrow(/^dataset\.json: there is no field "nmae"; /);
    await card({ name: 3 }).toThrow(/^dataset\.json, field "name": the value is 3; /);
    await card({ modalities: { x: { kind: "smell" } } }).toThrow(
      /^dataset\.json, field "modalities\.x\.kind": the value is "smell"; .*The kinds are image, audio/,
    );
    await rejects({ "dataset.json": "{", "cat/1.png": png }).toThrow(/^dataset\.json: /);
    await rejects({ "dataset.json": Uint8Array.of(0x22, 0xff, 0x22) }).toThrow(/^dataset\.json: .*UTF-8/);
    const declared = { "dataset.json": JSON.stringify({ modalities: { image: { kind: "strokes" } } }) };
    await rejects({ ...declared, "cat/1.png": png }).toThrow(
      /"image" is of kind image here but strokes in dataset\.json/,
    );
  });

  it("links out of the folder", async () => {
    const path = folder({ "metadata.jsonl": jsonl({ image_file_name: "link.png" }) });
    writeFileSync(join(root, "secret.png"), png);
    symlinkSync(join(root, "secret.png"), join(path, "link.png"));
    await expect(openDataset(path)).rejects.toThrow(/"link\.png" leaves the data folder/);
    const linked = folder({ "cat/1.png": png });
    symlinkSync(path, join(linked, "bee"));
    rmSync(join(path, "metadata.jsonl"));
    await expect(openDataset(linked)).rejects.toThrow(/^bee: "bee" leaves the data folder: it is a link/);
    const lost = folder({ "cat/1.png": png });
    symlinkSync(join(root, "nowhere"), join(lost, "bee"));
    await expect(openDataset(lost)).rejects.toThrow(/^bee: it is a broken link/);
  });

  it("when aborted", async () => {
    const path = folder({ "cat/1.png": png });
    await expect(openDataset(path, { signal: AbortSignal.abort() })).rejects.toThrow(/abort/i);
  });
});

describe("hostile shards", () => {
  const entry = (fields: ConstructorParameters<typeof Header>[0]) => {
    const header = Buffer.alloc(512);
    new Header({ mode: 0o644, size: 0, type: "File", ...(fields as object) }).encode(header);
    return header;
  };
  const end = Buffer.alloc(1024);
  const opens = (shard: Uint8Array, name = "s.tar") =>
    expect(
      openDataset(folder({ [name]: shard, "metadata.jsonl": jsonl({ image_file_name: `${name}/a.png` }) })),
    ).rejects;

  it.each<[string, ConstructorParameters<typeof Header>[0], RegExp]>([
    ["a name with ..", { path: "x/../../a.png" }, /^s\.tar: .*"x\/\.\.\/\.\.\/a\.png" leaves the archive/],
    ["an absolute name", { path: "/a.png" }, /^s\.tar: .*leaves the archive/],
    [
      "a symbolic link",
      { path: "a.png", type: "SymbolicLink", linkpath: "/etc/passwd" },
      /is a SymbolicLink/,
    ],
    ["a hard link", { path: "a.png", type: "Link", linkpath: "b" }, /is a Link/],
    ["a device", { path: "a.png", type: "CharacterDevice" }, /is a CharacterDevice/],
    ["a huge member", { path: "a.png", size: 2 ** 31 }, /has 2147483648 bytes/],
  ])("%s", async (_name, fields, message) => {
    await opens(Buffer.concat([entry(fields), end])).toThrow(message);
  });

  it("two members of one name, a missing member and a torn archive", async () => {
    await opens(
      tar([
        ["a.png", png],
        ["./a.png", png],
      ]),
    ).toThrow(/two members are named "a\.png"/);
    await opens(tar([["b.png", png]])).toThrow(/metadata\.jsonl:1.*the shard s\.tar has no member "a\.png"/);
    await opens(tar([["a.png", new Uint8Array(4000)]]).subarray(0, 2000)).toThrow(/^s\.tar: .*intact tar/);
    await opens(Buffer.from("not a tar".repeat(200))).toThrow(/^s\.tar: .*intact tar/);
  });

  it("a gzip bomb", async () => {
    const bomb = gzipSync(Buffer.alloc(100 * 2 ** 20));
    await opens(bomb, "s.tar.gz").toThrow(/^s\.tar\.gz: the file unpacks to far more.*MiB/);
  });
});

describe("createDataset", () => {
  it("checks and names examples as files are", () => {
    const raw = { width: 1, height: 1, channels: 1, data: Uint8Array.of(0) };
    const examples: Example[] = [
      { label: "a", image: raw, strokes: undefined },
      { id: "b", image: png, pen },
    ];
    const { kinds, rows, path } = createDataset({ name: "mine", examples });
    expect(kinds).toEqual({ image: { kind: "image", options: {} }, pen: { kind: "strokes", options: {} } });
    expect(rows[0]).toEqual({ id: "example-1", label: "a", where: "example 1", values: { image: raw } });
    expect(path).toBeUndefined();
  });

  it("takes declared modalities", () => {
    const modalities = { image: { kind: "image", size: 8 } };
    const { kinds } = createDataset({ name: "mine", examples: [{ image: png }], modalities });
    expect(kinds.image).toEqual({ kind: "image", options: { size: 8 } });
    expect(() => createDataset({ name: "x", examples: [], modalities: { a: { kind: "b" } } })).toThrow(
      /^createDataset, field "modalities\.a\.kind"/,
    );
  });

  it("refuses bad examples with their number", () => {
    const make = (...examples: Example[]) => createDataset({ name: "mine", examples });
    expect(() => make({ text: "a" }, { strokes: [[]] })).toThrow(
      /^example 2, field "strokes": stroke 0 has no point/,
    );
    expect(() => make({ image: { width: 1, data: 3 } })).toThrow(/^example 1, field "image"/);
    expect(() => make({ image_file_name: "a.png" })).toThrow(
      /^example 1, .*in-memory data set has no folder/,
    );
    expect(() => make({ text: 1n })).toThrow(/^example 1, field "text": a value of type bigint is no/);
    expect(() => make()).toThrow(
      "mine: there are no examples; expected at least one example. Give examples.",
    );
  });
});
