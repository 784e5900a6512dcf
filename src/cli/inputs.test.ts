/** What `predict` is given: folders, archives, files that belong together, standard input, and what is left out. */

import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import sharp from "sharp";
import { describe, expect, it, vi } from "vitest";
import { type Files, folders, jsonl, withLinks } from "../../test/support/folders.js";
import { packed, packings } from "../../test/support/packed.js";
import {
  createDataset,
  type Example,
  type Likeness,
  type OpenOptions,
  openDataset,
  openFiles,
} from "../data/index.js";
import { planModalities } from "../episode/index.js";
import { openInputs } from "./inputs.js";
import { readStandardInput } from "./standard-input.js";

vi.mock("./standard-input.js", () => ({ readStandardInput: vi.fn() }));
vi.mock("../data/index.js", async (original) => {
  const data = await original<typeof import("../data/index.js")>();
  return { ...data, openFiles: vi.fn(data.openFiles) };
});

const folder = folders();
const raw = { width: 4, height: 4, channels: 1 } as const;
const png = await sharp(new Uint8Array(16), { raw }).png().toBuffer();
const data = createDataset({
  name: "d",
  examples: ["a", "b"].map((label) => ({ label, image: png, text: `a ${label}` })),
});
const specs = await planModalities(data, undefined, data.rows);
const images = await planModalities(data, ["image"], data.rows);

const read = async (paths: readonly string[], by = specs) => {
  const inputs = await openInputs(paths, { modalities: by });
  return {
    rows: inputs.flatMap(({ rows }) =>
      rows.map(({ id, values }) => [id, ...Object.keys(values).sort()].join(" ")),
    ),
    notices: inputs.flatMap(({ notices }) => notices.map(({ code }) => code)),
  };
};

describe.each(packings)("a %s", (packing) => {
  it.each<[string, Files, string[], string[]]>([
    ["of loose files", { "b.png": png, "a 1.png": png }, ["a 1.png image", "b.png image"], []],
    [
      "of class folders",
      { "cat/1.png": png, "dog/1.png": png },
      ["cat/1.png image", "dog/1.png image"],
      ["input/folders"],
    ],
    [
      "of nested folders",
      { "x/y/1.png": png, "x/2.png": png },
      ["x/2.png image", "x/y/1.png image"],
      ["input/folders"],
    ],
    [
      "of files of one name",
      { "1.png": png, "1.txt": "a", "2.txt": "b" },
      ["1 image,text", "2.txt text"],
      [],
    ],
    [
      "of parallel folders",
      { "images/1.png": png, "texts/1.txt": "a" },
      ["1 image,text"],
      ["files/parallel"],
    ],
    [
      "with litter",
      { "1.png": png, "Thumbs.db": "x", "._1.png": "x", "__MACOSX/._1.png": "x" },
      ["1.png image"],
      [],
    ],
    ["with other files", { "1.png": png, "notes.docx": "x" }, ["1.png image"], ["files/left-out"]],
    [
      "with splits",
      { "metadata.jsonl": jsonl({ split: "train", text: "a" }, { split: "test", text: "b" }) },
      ["row-1 text", "row-2 text"],
      ["input/splits"],
    ],
  ])("%s", async (_, files, rows, notices) => {
    const found = await read([packed(folder, files, packing)]);
    expect(found).toEqual({ rows: rows.map((row) => row.replaceAll(",", " ")), notices });
  });
});

it("leaves out kinds that the model does not take, and refuses a folder of these alone", async () => {
  const files = { "1.png": png, "1.txt": "a", "2.txt": "b" };
  expect(await read([folder(files)], images)).toEqual({ rows: ["1 image"], notices: ["input/other-kinds"] });
  await expect(read([folder({ "1.wav": "RIFF" })])).rejects.toThrow(
    /^1\.wav: it is audio, and the model takes no audio; .*Give image or text/,
  );
});

it("reads files of one name as one example, and the others alone", async () => {
  const at = folder({ "1.png": png, "1.txt": "a", "2.png": png, other: png });
  const paths = ["1.png", "2.png", "1.txt", "other"].map((name) => join(at, name));
  expect(await read(paths)).toEqual({
    rows: [`${paths[0]} image text`, `${paths[1]} image`, `${paths[3]} image`],
    notices: ["files/joined", "input/sniffed"],
  });
});

it("ignores what says nothing to a prediction, and names everything that is bad", async () => {
  const at = folder({ "q.jsonl": jsonl({ label: ["x"], split: "holdout", group: {}, text: "a" }) });
  expect((await read([join(at, "q.jsonl")])).rows).toHaveLength(1);
  writeFileSync(join(at, "x.csv"), "");
  await expect(read(["no.png", join(at, "x.csv"), "gone.png"].map((name) => name))).rejects.toThrow(
    /^no\.png: there is no such file or folder; 3 in all, .*x\.csv: .*gone\.png/,
  );
});

/** A model of examples in memory. */
const modelOf = async (...examples: Example[]): Promise<Likeness> => {
  const data = createDataset({ name: "d", examples });
  return { modalities: await planModalities(data, undefined, data.rows) };
};
const triangle = [
  [
    [0, 0],
    [4, 0],
    [2, 3],
  ],
];
const drawing = await modelOf({ label: "a", outline: triangle }, { label: "b", outline: triangle });
const writing = await modelOf({ label: "a", text: "x" }, { label: "b", text: "y" });

const valuesOf = async (paths: readonly string[], like: Likeness, options?: OpenOptions) =>
  (await openInputs(paths, like, options)).flatMap(({ rows }) => rows.map(({ values }) => values));
const piped = (text: string, like: Likeness, options?: OpenOptions) => {
  vi.mocked(readStandardInput).mockResolvedValueOnce(new TextEncoder().encode(text));
  return openInputs(["-"], like, options);
};

describe("columns are read as in training", async () => {
  const trained = async (files: Files): Promise<Likeness> => {
    const data = await openDataset(folder(files));
    return {
      modalities: await planModalities(data, undefined, data.rows),
      data: { reading: data.reading },
    };
  };
  const rows = ["so good", "too bad", "not so bad"].map((text, i) => ({ "Review Text": text, stars: i }));
  const csv = (all: readonly object[]) =>
    [Object.keys(all[0]), ...all.map((row) => Object.values(row))].map((cells) => `${cells}\n`).join("");
  const forms: readonly (readonly [string, (all: readonly object[]) => string])[] = [
    ["q.csv", csv],
    ["q.ndjson", (all) => jsonl(...all)],
    ["q.jsonl", (all) => jsonl(...all)],
    ["Q.JSONL", (all) => jsonl(...all)],
    ["q.json", (all) => JSON.stringify(all)],
    ["Q.JSON", (all) => JSON.stringify(all)],
  ];
  const inputs: readonly (readonly [string, (all: readonly object[], files?: Files) => Promise<string>])[] =
    forms.map(([name, write]) => [
      name,
      async (all, files) => join(folder({ ...files, [name]: write(all) }), name),
    ]);
  const reviews = await trained({
    "metadata.csv": csv(rows.map((row, i) => ({ label: `c${i % 2}`, "Review Text": row["Review Text"] }))),
  });
  const photos = await trained({
    "a.csv": csv([1, 2].map((i) => ({ label: `c${i}`, photo: `${i}.png` }))),
    "1.png": png,
    "2.png": png,
  });

  it.each(inputs)("a renamed column of texts in %s", async (_, write) => {
    const values = await valuesOf([await write(rows)], reviews);
    expect(values).toEqual(rows.map((row) => ({ [Object.keys(reviews.modalities)[0]]: row["Review Text"] })));
  });

  it.each(inputs)("a column of names of files in %s", async (_, write) => {
    const [value] = await valuesOf(
      [await write([{ photo: "7.png", note: "blurred" }], { "7.png": png })],
      photos,
    );
    expect(value).toEqual({ image: expect.objectContaining({ name: "7.png" }) });
  });

  it.each(inputs)("a column that a flag names in %s", async (_, write) => {
    const path = await write([{ text: "a", shop: "b" }]);
    const labelled = await openInputs([path], writing, { label: "shop" });
    expect(labelled[0].rows[0].values).toEqual({ text: "a" });
    await expect(openInputs([path], writing, { text: "words" })).rejects.toThrow(
      /there is no column "words"/,
    );
  });

  it("on standard input", async () => {
    const [{ rows: read, notices }] = await piped(JSON.stringify(rows[0]), reviews);
    expect(Object.values(read[0].values)).toEqual(["so good"]);
    expect(notices.map(({ code }) => code)).toEqual(["columns/not-in-model"]);
  });

  it("but media and bare values have none that a flag names", async () => {
    const at = folder({ "1.png": png, "1.json": JSON.stringify(triangle) });
    const options = { text: "words", label: "species" };
    const models = [photos, drawing];
    for (const [i, name] of ["1.png", "1.json"].entries())
      expect(await valuesOf([join(at, name)], models[i], options)).toHaveLength(1);
  });

  it("and an example of none of them is refused", async () => {
    const at = join(
      folder({ "q.jsonl": jsonl({ text: "a" }, { id: "7", label: "a", sound: [1] }) }),
      "q.jsonl",
    );
    await expect(openInputs([at], writing)).rejects.toThrow(
      /q\.jsonl:2: it has sound; expected at least one of text/,
    );
  });
});

describe("drawings", () => {
  const inkml = '<ink xmlns="http://www.w3.org/2003/InkML"><trace>0 0, 4 0, 2 3</trace></ink>';
  const svg = '<svg xmlns="http://www.w3.org/2000/svg"><path d="M 0 0 L 4 0 L 2 3"/></svg>';

  it.each([
    ["a.inkml", inkml],
    ["A.INKML", inkml],
    ["a.svg", svg],
  ])("%s, alone, with a text, in a folder and in an archive", async (name, content) => {
    const drawn = { outline: triangle };
    const alone = folder({ [name]: content });
    expect(await valuesOf([join(alone, name)], drawing)).toEqual([drawn]);
    for (const packing of packings)
      expect(await valuesOf([packed(folder, { [`x/${name}`]: content }, packing)], drawing)).toEqual([drawn]);
    const both = await modelOf(
      { label: "a", outline: triangle, text: "x" },
      { label: "b", outline: triangle, text: "y" },
    );
    const text = `${name.slice(0, 1)}.txt`;
    const together = folder({ [name]: content, [text]: "x" });
    const paths = [name, text].map((file) => join(together, file));
    expect(await valuesOf(paths, both)).toEqual([
      { ...drawn, text: expect.objectContaining({ name: paths[1] }) },
    ]);
  });

  it("that a file of JSON names", async () => {
    const at = folder({ "a.inkml": inkml, "q.jsonl": jsonl({ outline_file_name: "a.inkml" }) });
    expect(await valuesOf([join(at, "q.jsonl")], drawing)).toEqual([{ outline: triangle }]);
  });

  it("but an SVG is an image where the model takes images", async () => {
    const at = join(folder({ "a.svg": svg }), "a.svg");
    expect(await valuesOf([at], { modalities: images })).toEqual([
      { image: expect.objectContaining({ name: at }) },
    ]);
  });
});

it.each(["pipe", "pipe.png", "pipe.json", "pipe.csv"])("refuses the pipe %s", async (name) => {
  const path = join(folder({}), name);
  execFileSync("mkfifo", [path]);
  await expect(read([path])).rejects.toThrow(
    new RegExp(`${basename(path)}: it is no plain file and no folder; .*give - for standard input`),
  );
});

it("reads a file to which a link leads", async () => {
  const at = folder({ blob: png });
  const path = join(folder({}), "linked.png");
  execFileSync("ln", ["-s", join(at, "blob"), path]);
  expect((await read([path])).rows).toEqual([`${path} image`]);
});

describe("links that cannot be followed", () => {
  const elsewhere = folder({ python3: "x", "1.png": png });
  const linked = (files: Files, links: Readonly<Record<string, string>>) => withLinks(folder(files), links);
  const venv = (name: string) => ({
    [`${name}/bin/python`]: join(elsewhere, "python3"),
    [`${name}/bin/gone`]: join(elsewhere, "gone"),
  });

  it("stop no table and no media beside them", async () => {
    const links = { ...venv("venv"), ...venv(".venv"), node_modules: elsewhere };
    const at = linked({ "q.csv": "text,photo\na,7\nb,8\n" }, links);
    expect((await read([join(at, "q.csv")])).rows).toEqual(["row-2 text", "row-3 text"]);
    const loose = linked({ "1.png": png, "a/2.png": png }, { ...venv("venv"), ...venv(".venv") });
    expect(await read([loose], images)).toEqual({
      rows: ["1.png image", "a/2.png image"],
      notices: ["input/folders", "files/hidden", "files/left-out"],
    });
  });

  it("are refused where they are media or folders of these", async () => {
    for (const name of ["2.png", "a/2.png", "more"]) {
      const at = linked({ "1.png": png }, { [name]: name === "more" ? elsewhere : join(elsewhere, "1.png") });
      await expect(read([at])).rejects.toThrow(`${name}: "${name}" leaves the data folder: it is a link`);
    }
  });
});

it.each<[string, Files]>([
  ["of loose files", { "1.png": png }],
  ["of loose files that no model takes", { "1.wav": "RIFF" }],
  ["of a data set", { "metadata.jsonl": jsonl({ text: "a" }) }],
])("closes an archive %s", async (_, files) => {
  const { openFiles: open } = await vi.importActual<typeof import("../data/index.js")>("../data/index.js");
  const close = vi.fn();
  vi.mocked(openFiles).mockImplementationOnce(async (path) => ({ ...(await open(path)), close }));
  await read([packed(folder, files, "zip")]).catch(() => {});
  expect(close).toHaveBeenCalledOnce();
});

describe("standard input that begins as JSON does", () => {
  it.each([
    "[sic] hello",
    "{so it goes",
    '{ "text": "cut',
    "[1] A reference.\nAnother line.",
    "[1]\nhello",
  ])("is the text %j where it is no JSON", async (text) => {
    const [{ rows, notices }] = await piped(text, writing);
    expect(rows.map(({ id, values }) => [id, values])).toEqual([["stdin", { text }]]);
    expect(notices.map(({ code }) => code)).toEqual(["input/text"]);
  });

  it("is bad JSON for a model without texts, and after a line of JSON", async () => {
    await expect(piped("[sic] hello", drawing)).rejects.toThrow(/standard input:1: .*valid JSON/);
    await expect(piped('{ "text": "a" }\n{ "text": ', writing)).rejects.toThrow(
      /standard input:2: .*valid JSON/,
    );
  });

  it("is examples, one, an array or one a line", async () => {
    const ids = async (text: string) => (await piped(text, writing))[0].rows.map(({ id }) => id);
    expect(await ids('{ "text": "a", "label": 3 }')).toEqual(["stdin"]);
    expect(await ids('[{ "text": "a" }, { "id": "own", "text": "b" }]')).toEqual(["stdin:1", "own"]);
    expect(await ids('\n{ "text": "a" }\n{ "text": "b" }')).toEqual(["standard input:2", "standard input:3"]);
  });
});

describe("a table on standard input", async () => {
  const bytesIn = (bytes: Uint8Array, like: Likeness, options?: OpenOptions) => {
    vi.mocked(readStandardInput).mockResolvedValueOnce(bytes);
    return openInputs(["-"], like, options);
  };
  const trained = async (files: Files, options?: OpenOptions): Promise<Likeness> => {
    const { reading, rows, ...data } = await openDataset(folder(files), options);
    return { modalities: await planModalities({ ...data, rows }, undefined, rows), data: { reading } };
  };
  const flowerRows = ["5.1,3.5,setosa", "6.2,2.9,virginica", "5.0,3.4,setosa", "6.4,3.1,virginica"];
  const cells = flowerRows.map((row) => `${row}\n`).join("");
  const named = `width,length,label\n${cells}`;
  const flowers = await trained({ "metadata.csv": named });
  const reviews = await trained({
    "metadata.csv": "label,Review Text\na,so good it is\nb,not so good\na,fine by me\n",
  });
  const shown = ([{ rows, notices }]: Awaited<ReturnType<typeof openInputs>>) => ({
    rows: rows.map(({ id, where, values }) => ({ id, where, values })),
    notices: notices.map(({ code, text }) => `${code}: ${text}`),
  });

  it.each<[string, string | Uint8Array, Likeness]>([
    ["of numbers", named, flowers],
    ["without a label", named.replaceAll(/,[^,\n]*\n/g, "\n"), flowers],
    ["of semicolons and CRLF", named.replaceAll(",", ";").replaceAll("\n", "\r\n"), flowers],
    ["of tabs", named.replaceAll(",", "\t"), flowers],
    ["of Excel", `\uFEFFsep=;\r\n${named.replaceAll(",", ";")}`, flowers],
    ["in UTF-16", Buffer.from(`\uFEFF${named}`, "utf16le"), flowers],
    ["in Windows-1252", Buffer.from("text,note\nd\xe9j\xe0 vu,a\n", "latin1"), writing],
    ["with quoted line breaks", 'id,text\n7,"so, then\nand ""now"""\n', writing],
    ["of texts", "text,note\nso good,a\ntoo bad,b\n", writing],
    ["of texts of another name", "Review Text,stars\nso good,1\n", reviews],
    ["of drawings", `outline,x\n"${JSON.stringify(triangle)}",1\n`, drawing],
  ])("is read as a file of it is: %s", async (_, content, like) => {
    const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
    const path = join(folder({ "q.csv": bytes }), "q.csv");
    const file = shown(await openInputs([path], like));
    const [first, ...notices] = shown(await bytesIn(bytes, like)).notices;
    const { rows } = shown(await bytesIn(bytes, like));
    expect(first).toMatch(/^input\/table: read as a table, since its first line names /);
    expect(notices).toEqual(file.notices);
    const renamed = file.rows.map(({ where, ...row }) => ({
      ...row,
      where: where.replace("q.csv", "standard input"),
    }));
    expect(rows).toEqual(renamed);
  });

  it("may be named by a flag, name files, and have no names where the model's had none", async () => {
    const flagged = shown(await piped("words,x\nso good,1\n", writing, { text: "words" }));
    expect(flagged.notices[0]).toBe("input/table: read as a table, since its first line names words");
    await expect(piped("photo,label\n7.png,a\n", { modalities: images })).rejects.toThrow(/it is text/);
    await expect(piped("image_file_name,x\n7.png,a\n", { modalities: images })).rejects.toThrow(
      /^standard input:2, field "image_file_name": there is no file "7\.png"/,
    );
    const numbered = await trained({ "metadata.csv": cells }, { label: "column_3" });
    const { rows, notices } = shown(await piped(cells, numbered));
    expect(rows.map(({ where }) => where)).toEqual([1, 2, 3, 4].map((line) => `standard input:${line}`));
    expect(notices[0]).toMatch(/^input\/table: .*trained on a table without column names/);
  });

  it("is refused by its lines", async () => {
    await expect(piped("text,note\na\n", writing)).rejects.toThrow(
      /^standard input:2: the row has 1 cell and the header 2/,
    );
    await expect(piped("text,note\n", writing)).rejects.toThrow(/^standard input: it has column names/);
    await expect(piped("sound,note\na,b\n", flowers)).rejects.toThrow(/^standard input: it is text, and/);
  });

  it.each([
    "So good, so far, so what.",
    "hello, world\nand, again\n",
    "text\nand more of it",
    'He said "text, and left.\ntext, again',
    "a text, of text",
  ])("is a text where it names no column: %j", async (text) => {
    const { rows, notices } = shown(await piped(text, writing));
    expect(rows).toEqual([{ id: "stdin", where: "standard input", values: { text: text.trim() } }]);
    expect(notices).toEqual([]);
  });

  it.each<[string, Uint8Array, RegExp]>([
    [
      "a workbook",
      Buffer.from("PK\x03\x04..."),
      /^standard input: it is a workbook \(\.xlsx\) or another zip/,
    ],
    ["Parquet", Buffer.from("PAR1...PAR1"), /^standard input: it is a table in Parquet; .*Save it to a file/],
    ["gzip", Buffer.from([0x1f, 0x8b, 8, 0]), /^standard input: it is packed by gzip/],
  ])("is refused where it is %s", async (_, bytes, message) => {
    for (const like of [writing, flowers]) await expect(bytesIn(bytes, like)).rejects.toThrow(message);
    expect(shown(await piped("PAR1 is a text", writing)).rows).toHaveLength(1);
  });
});

describe("an array in a file of JSON", () => {
  const readArray = (value: unknown, like: Likeness) =>
    valuesOf([join(folder({ "q.json": JSON.stringify(value) }), "q.json")], like);
  const points = triangle[0].map(([x, y]) => ({ x, y }));

  it("is strokes, points as objects, a vector, or several examples", async () => {
    const vector = await modelOf({ label: "a", x: [1, 2] }, { label: "b", x: [2, 1] });
    expect(await readArray(triangle, drawing)).toEqual([{ outline: triangle }]);
    expect(await readArray(points, drawing)).toEqual([{ outline: triangle }]);
    expect(await readArray([3, 4], vector)).toEqual([{ x: [3, 4] }]);
    expect(await readArray([{ x: [3, 4] }, { x: [5, 6] }], vector)).toEqual([{ x: [3, 4] }, { x: [5, 6] }]);
    expect(await readArray([{ outline: triangle }, { outline: points }], drawing)).toEqual([
      { outline: triangle },
      { outline: triangle },
    ]);
  });

  it.each([
    [[], /q\.json: it has no examples/],
    [[{ text: "a" }, 7], /q\.json, example 2: it is not a JSON object/],
    [["a", "b"], /q\.json: it is not an array of examples, strokes or numbers/],
    [[{ text: "a" }, { text: 3 }], /q\.json, example 2, field "text": /],
  ])("is refused: %j", async (value, message) => {
    await expect(readArray(value, writing)).rejects.toThrow(message);
  });
});
