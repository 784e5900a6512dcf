/** What columns are taken for, in every format of tables: as stated, as a model remembers, and as the cells show. */

import { symlinkSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { parquetWriteBuffer } from "hyparquet-writer";
import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { type Files, folders } from "../../../test/support/folders.js";
import { loadTable, planModalities } from "../../episode/index.js";
import type { Media } from "../../modality/index.js";
import type { OpenOptions } from "../dataset.js";
import { type Dataset, openDataset } from "../index.js";

const folder = folders();
const png = await sharp(new Uint8Array(16), { raw: { width: 4, height: 4, channels: 1 } })
  .png()
  .toBuffer();

type Row = Record<string, string | number | boolean | null>;
const quoted = (cell: unknown) =>
  /[",;\n]/.test(`${cell}`) ? `"${`${cell}`.replaceAll('"', '""')}"` : `${cell ?? ""}`;
const csv = (rows: readonly Row[], separator = ",", line = "\n") =>
  [Object.keys(rows[0]), ...rows.map((row) => Object.values(row))]
    .map((cells) => cells.map(quoted).join(separator) + line)
    .join("");
const parquet = (rows: readonly Row[]) =>
  new Uint8Array(
    parquetWriteBuffer({
      columnData: Object.keys(rows[0]).map((name) => ({ name, data: rows.map((row) => row[name]) })),
    }),
  );

/** The same rows as every format of tables has them. */
const formats: readonly (readonly [string, (rows: readonly Row[]) => Files])[] = [
  ["metadata.csv", (rows) => ({ "metadata.csv": csv(rows) })],
  ["metadata.csv of Excel", (rows) => ({ "metadata.csv": `\uFEFFsep=;\r\n${csv(rows, ";", "\r\n")}` })],
  ["metadata.csv in UTF-16", (rows) => ({ "metadata.csv": Buffer.from(`\uFEFF${csv(rows)}`, "utf16le") })],
  ["metadata.tsv", (rows) => ({ "metadata.tsv": csv(rows, "\t") })],
  ["any.csv with lone carriage returns", (rows) => ({ "any.csv": csv(rows, "|", "\r") })],
  [
    "metadata.jsonl",
    (rows) => ({ "metadata.jsonl": rows.map((row) => `${JSON.stringify(row)}\n`).join("") }),
  ],
  ["metadata.parquet", (rows) => ({ "metadata.parquet": parquet(rows) })],
];

const open = async (files: Files, options?: OpenOptions) => {
  const data = await openDataset(folder(files), options);
  const kinds = Object.fromEntries(Object.entries(data.kinds).map(([name, { kind }]) => [name, kind]));
  const table = Object.values(data.kinds).find(({ kind }) => kind === "tabular")?.options.columns as
    | { name: string; type: string }[]
    | undefined;
  const types = Object.fromEntries((table ?? []).map(({ name, type }) => [name, type]));
  return {
    ...data,
    types,
    shapes: kinds,
    said: data.notices.map(({ where, text }) => `${where}: ${text}`).join("\n"),
  };
};

const colours = ["red", "blue", "green"];
const passengers = Array.from(
  { length: 24 },
  (_, i): Row => ({
    Passenger_Id: 100 + 7 * i,
    label: `class ${i % 4}`,
    "sepal length (cm)": 4 + (i % 7) / 10,
    age: 20 + (i % 9),
    colour: colours[i % 3],
    born: `19${50 + i}-0${1 + (i % 9)}-11`,
    Name: `Doe number ${i}, Mrs. Jane`,
    constant: 7,
  }),
);

describe("a table without dataset.json", () => {
  it.each(formats)("is one modality of its numbers, dates and few words, in %s", async (_, write) => {
    const { types, shapes, said, rows } = await open(write(passengers));
    expect(types).toEqual({ "sepal length (cm)": "number", age: "number", colour: "category", born: "date" });
    expect(shapes).toEqual({ table: "tabular", Name: "text" });
    expect(said).toMatch(
      /left out: `Passenger_Id` \(a different value in every row\), `constant` \(always "?7"?\)/,
    );
    expect(said).toMatch(/read as numbers: `sepal length \(cm\)`, `age`/);
    expect(said).toMatch(/read as categories: `colour` \(3\)/);
    expect(said).toMatch(/read as dates, `born` \(days since 1970/);
    expect(rows[1].values.table).toEqual({
      ...{ "sepal length (cm)": 4.1, age: 21, colour: "blue", born: Date.parse("1951-02-11") / 86_400_000 },
    });
  });

  it.each(["", "Unnamed: 0", "index"])("leaves out the index column %j", async (name) => {
    const rows = Array.from(
      { length: 10 },
      (_, i): Row => ({ [name]: i, x: (i * 7) % 5, label: `${i % 2}` }),
    );
    expect((await open({ "metadata.csv": csv(rows) })).types).toEqual({ x: "number" });
  });

  it("is not made of texts of numbers, however they are named", () =>
    fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(fc.stringMatching(/^[a-z][a-z .()%-]{0,12}[a-z)]$/), { minLength: 2, maxLength: 5 }),
        async (names) => {
          const rows = Array.from(
            { length: 12 },
            (_, i): Row => ({
              ...Object.fromEntries(names.map((name, k) => [`${name} n`, ((i * (k + 3)) % 7) + 0.5])),
              label: "x",
            }),
          );
          expect((await open({ "metadata.csv": csv(rows) })).shapes).toEqual({ table: "tabular" });
        },
      ),
      { numRuns: 30 },
    ));

  it("keeps codes with leading zeros apart from numbers", async () => {
    const rows = Array.from(
      { length: 12 },
      (_, i): Row => ({ zip: `0${1230 + (i % 3)}`, x: i % 4, label: "a" }),
    );
    const { types, rows: read } = await open({ "metadata.csv": csv(rows) });
    expect(types).toEqual({ zip: "category", x: "number" });
    expect(read[0].values.table).toMatchObject({ zip: "01230" });
  });

  it.each<[string, string, RegExp]>([
    ["1,234", "2,345", /^metadata\.csv:2, field "x": the cell "1,234" may be 1\.234 or 1234/],
    ["03/04/25", "05/06/25", /^metadata\.csv:2, field "x": the cell "03\/04\/25" may be day, month, year or/],
  ])("refuses %s and %s, unless dataset.json states them", async (a, b, says) => {
    const rows = Array.from(
      { length: 10 },
      (_, i): Row => ({ x: i % 2 ? b : a, y: (i * 3) % 7, label: "a" }),
    );
    const files = { "metadata.csv": csv(rows) };
    await expect(open(files)).rejects.toThrow(says);
    const column = a.includes("/") ? { name: "x", order: "DMY" } : { name: "x", decimal: "," };
    const { types } = await open({ ...files, "dataset.json": JSON.stringify({ columns: [column] }) });
    expect(types).toEqual({ x: a.includes("/") ? "date" : "number", y: "number" });
  });

  it("takes what other columns settle of commas", async () => {
    const rows = Array.from({ length: 10 }, (_, i): Row => ({ x: `1,23${i}`, y: `${i},5`, label: "a" }));
    const { rows: read } = await open({ "metadata.csv": csv(rows, ";") });
    expect(read[3].values.table).toEqual({ x: 1.233, y: 3.5 });
  });

  it("takes a column for a text, or leaves it out, where dataset.json says so", async () => {
    const columns = [
      { name: "colour", type: "text" },
      { name: "age", type: "category" },
      { name: "born", type: "ignore" },
    ];
    const files = { "metadata.csv": csv(passengers), "dataset.json": JSON.stringify({ columns }) };
    const { shapes, types } = await open(files);
    expect(shapes).toEqual({ table: "tabular", colour: "text", Name: "text" });
    expect(types).toEqual({ "sepal length (cm)": "number", age: "category" });
  });
});

describe("declared columns", () => {
  it.each(["NA", "?", "-", "nan", ""])("stay numbers with cells %j, which are missing", async (mark) => {
    const rows = passengers.map(
      (row, i): Row => ({ label: row.label, age: i % 5 === 2 ? mark : row.age, n: i }),
    );
    const card = { modalities: { row: { kind: "tabular", columns: ["age", "n"] } } };
    const data = await open({ "metadata.csv": csv(rows), "dataset.json": JSON.stringify(card) });
    expect(data.types).toEqual({ age: "number", n: "number" });
    const { row } = await planModalities(data, ["row"], data.rows);
    expect(row).toMatchObject({ columns: [{ name: "age", mean: expect.any(Number) }, { name: "n" }] });
  });

  it("name every odd cell of all columns at once", async () => {
    const rows = passengers.map(
      (row, i): Row => ({ label: row.label, a: i === 3 ? "12 kg" : i, b: i === 5 ? "inf" : i / 7 }),
    );
    const card = { modalities: { row: { kind: "tabular", columns: ["a", "b"] } } };
    await expect(open({ "metadata.csv": csv(rows), "dataset.json": JSON.stringify(card) })).rejects.toThrow(
      /^metadata\.csv:5, field "a": .*"12 kg".*2 in all, the others are metadata\.csv:7, field "b"/,
    );
  });
});

describe("columns of file names", () => {
  const names = ["image", "filename", "path", "file", "img", "photo_id", "id"];
  const forms: readonly (readonly [string, (n: string) => string])[] = [
    ["paths", (n) => `images/${n}.png`],
    ["names", (n) => `${n}.png`],
    ["stems", (n) => n],
    ["absolute paths", (n) => `/kaggle/input/pets/images/${n}.png`],
    ["paths of Windows", (n) => `C:\\data\\images\\${n}.png`],
  ];
  const cases = names.flatMap((name) => forms.map(([form, write]) => [name, form, write] as const));
  it.each(cases)("called %s, of %s, are images and no texts", async (column, _, write) => {
    const stems = Array.from({ length: 8 }, (_, i) => `cat${i}`);
    const files = Object.fromEntries(stems.map((stem) => [`images/${stem}.png`, png]));
    const rows = stems.map((stem, i): Row => ({ [column]: write(stem), label: `c${i % 2}` }));
    const { shapes, said, rows: read } = await open({ ...files, "metadata.csv": csv(rows) });
    expect(shapes).toEqual({ image: "image" });
    expect(said).toContain(`read \`${column}\` as names of files, the modality \`image\` (image)`);
    expect((read[3].values.image as { name: string }).name).toBe("images/cat3.png");
  });

  it("are a modality a folder where files of one name lie in several", async () => {
    const stems = Array.from({ length: 8 }, (_, i) => `s${i}`);
    const files = Object.fromEntries(
      stems.flatMap((stem) => [
        [`front/${stem}.png`, png],
        [`back/${stem}.png`, png],
        [`notes/${stem}.txt`, Buffer.from("words")],
      ]),
    );
    const rows = stems.map((stem): Row => ({ key: stem, label: "a" }));
    const { shapes } = await open({ ...files, "metadata.csv": csv(rows) });
    expect(shapes).toEqual({ back: "image", front: "image", text: "text" });
  });

  it("that are not there are left out beside those that are, as where a picture came from", async () => {
    const rows = Array.from(
      { length: 6 },
      (_, i): Row => ({
        image: `p/${i}.png`,
        url: `https://x.org/${i}.jpg`,
        label: `l${i % 2}`,
      }),
    );
    const files = Object.fromEntries(rows.map(({ image }) => [image, png]));
    const { shapes, said } = await open({ ...files, "metadata.csv": csv(rows) });
    expect(shapes).toEqual({ image: "image" });
    expect(said).toMatch(/left out, since their cells name files that are not in the data folder: `url`/);
  });

  it("are the same modalities for the model, also where some files of a row are missing", async () => {
    const filesOf = (folders: readonly string[], stems: readonly string[]) =>
      Object.fromEntries(folders.flatMap((name) => stems.map((stem) => [`${name}/${stem}.png`, png])));
    const stems = Array.from({ length: 8 }, (_, i) => `s${i}`);
    const rows = (some: readonly string[]) => some.map((stem): Row => ({ key: stem, label: "a" }));
    const lacking = { ...filesOf(["back"], stems), ...filesOf(["front"], stems.slice(1)) };
    const trained = await open({ ...lacking, "metadata.csv": csv(rows(stems)) });
    const valuesOf = (data: Pick<Dataset, "rows">) =>
      data.rows.map(({ values }) => Object.keys(values).sort().join(" "));
    expect(valuesOf(trained)).toEqual(["back", ...stems.slice(1).map(() => "back front")]);
    const modalities = await planModalities(trained, undefined, trained.rows);
    const like = { modalities, data: { reading: trained.reading } };
    const both = { ...filesOf(["front", "back"], ["t"]), "metadata.csv": csv(rows(["t"])) };
    expect(valuesOf(await open(both, { like }))).toEqual(["back front"]);
    const one = { ...filesOf(["front"], ["t"]), "metadata.csv": csv(rows(["t"])) };
    expect(valuesOf(await open(one, { like }))).toEqual(["front"]);
  });

  it("name files among links that cannot be followed", async () => {
    const rows = [1, 2, 3, 4].map((i) => ({ label: `c${i % 2}`, photo: `${i}` }));
    const files = Object.fromEntries(rows.map(({ photo }) => [`photos/${photo}.png`, png]));
    const at = folder({ "q.csv": csv(rows), ...files, "venv/pyvenv.cfg": "x", ".venv/pyvenv.cfg": "x" });
    const outside = folder({ "1.png": png, "2.png": png });
    for (const name of ["venv", ".venv", "photos"]) {
      symlinkSync(outside, join(at, name, "out"));
      symlinkSync(join(outside, "gone.png"), join(at, name, "3.png.gone"));
      symlinkSync(join(outside, "gone.png"), join(at, name, "1.jpg"));
      symlinkSync("..", join(at, name, "around"));
    }
    for (const path of [join(at, "q.csv"), at]) {
      const data = await openDataset(path);
      expect(data.rows.map(({ values }) => (values.image as Media).name)).toEqual(Object.keys(files));
    }
  });

  it("name a file that is not there", async () => {
    const rows = Array.from({ length: 6 }, (_, i): Row => ({ file: `${i}.png`, label: "a" }));
    const files = Object.fromEntries([0, 1, 2, 3, 4].map((i) => [`${i}.png`, png]));
    await expect(open({ ...files, "metadata.csv": csv(rows) })).rejects.toThrow(
      /^metadata\.csv:7, .*no file "5\.png"/,
    );
  });
});

describe("columns of files that are not there", () => {
  const pathRows = (write: (n: number) => string, n = 24) =>
    Array.from({ length: n }, (_, i): Row => ({ x: (i * 7) % 5, filepath: write(i), label: `c${i % 2}` }));
  const paths = (i: number) => `images/train/${i}.jpg`;
  const forms: readonly (readonly [string, (n: number) => string])[] = [
    ["paths", paths],
    ["paths with classes", (n) => `images/c${n % 2}/${n}.JPEG`],
    ["sounds", (n) => `clips/${n}.wav`],
    ["addresses", (n) => `https://x.org/${n}.jpg`],
    ["addresses with a query", (n) => `https://x.org/${n}.jpg?size=large`],
    ["paths of Windows", (n) => `C:\\data\\${n}.jpg`],
    ["repeated paths", (n) => `icons/${n % 3}.png`],
    ["paths, some of them empty", (n) => (n % 2 ? paths(n) : "")],
  ];

  it.each(forms)("are refused, of %s", async (_, write) => {
    const rows = pathRows(write);
    const at = rows.findIndex(({ filepath }) => filepath !== "");
    const total = rows.filter(({ filepath }) => filepath !== "").length;
    const error = await open({ "metadata.csv": csv(rows) }).catch((error) => error);
    expect(error.code).toBe("data/missing-file");
    expect(error.where).toBe(`metadata.csv:${at + 2}, column "filepath"`);
    expect(error.problem).toBe(
      `there is no file ${JSON.stringify(rows[at].filepath)} (${total} of ${total} are missing)`,
    );
    expect(error.message).toMatch(/files in the data folder.*option `text: "filepath"`.*"type": "ignore"/);
    expect(/downloaded files/.test(error.message)).toBe(`${rows[at].filepath}`.startsWith("https"));
  });

  it("are counted where some are there, and left out beside other files", async () => {
    const files = Object.fromEntries([0, 1, 2].map((i) => [paths(i), png]));
    await expect(open({ ...files, "metadata.csv": csv(pathRows(paths)) })).rejects.toThrow(
      /^metadata\.csv:5, column "filepath": .*"images\/train\/3\.jpg" \(21 of 24 are missing\)/,
    );
    const rows = pathRows(paths, 8).map((row, i) => ({ file_name: `${i}.png`, ...row }));
    const named = Object.fromEntries(rows.map(({ file_name }) => [file_name, png]));
    expect((await open({ ...named, "metadata.csv": csv(rows) })).said).toMatch(
      /not in the data folder: `filepath`/,
    );
  });

  it("are texts or left out where that is stated", async () => {
    const files = { "metadata.csv": csv(pathRows(paths)) };
    expect((await open(files, { text: "filepath" })).shapes).toEqual({ table: "tabular", filepath: "text" });
    const states = (type: string) => ({
      "dataset.json": JSON.stringify({ columns: [{ name: "filepath", type }] }),
    });
    const there = Object.fromEntries(pathRows(paths).map(({ filepath }) => [`${filepath}`, png]));
    for (const more of [{}, there]) {
      expect((await open({ ...files, ...more, ...states("ignore") })).shapes).toEqual({ table: "tabular" });
      expect((await open({ ...files, ...more, ...states("text") })).shapes).toMatchObject({
        filepath: "text",
      });
    }
    await expect(open(files, { image: "filepath" })).rejects.toThrow(
      /name no media files of the data folder/,
    );
  });

  it.each<[string, (n: number) => string]>([
    ["names of formats", (n) => ["png", "wav", "jpg"][n % 3]],
    ["files of text", (n) => `notes/${n}.txt`],
    ["few paths", (n) => (n % 3 ? `some words ${n}` : paths(n))],
  ])("are no concern of %s", async (_, write) => {
    await expect(open({ "metadata.csv": csv(pathRows(write)) })).resolves.toBeDefined();
  });

  it("are a concern of a model only if it reads them", async () => {
    const rows = pathRows(paths, 8);
    const files = Object.fromEntries(rows.map(({ filepath }) => [`${filepath}`, png]));
    const trained = await open({ ...files, "metadata.csv": csv(rows) });
    const likeOf = async (data: Dataset) => ({
      modalities: await planModalities(data, undefined, data.rows),
      data: { reading: data.reading },
    });
    const like = await likeOf(trained);
    await expect(open({ "metadata.csv": csv(rows) }, { like })).rejects.toThrow(
      /^metadata\.csv:2, column "filepath": there is no file .*\(8 of 8 are missing\).*the model reads/,
    );
    const plain = rows.map(({ x, label }) => ({ x, label }));
    const other = await likeOf(await open({ "metadata.csv": csv(plain) }));
    expect((await open({ "metadata.csv": csv(rows) }, { like: other })).said).toContain(
      "the model has no such column: `filepath`",
    );
    const text = await likeOf(await open({ "metadata.csv": csv(rows) }, { text: "filepath" }));
    expect((await open({ ...files, "metadata.csv": csv(rows) }, { like: text })).shapes).toEqual({
      table: "tabular",
      filepath: "text",
    });
  });

  it("may be written in another case", async () => {
    const of = async (write: (n: number) => string, name: (n: number) => string) => {
      const files = Object.fromEntries(Array.from({ length: 8 }, (_, i) => [name(i), png]));
      const data = await open({ ...files, "metadata.csv": csv(pathRows(write, 8)) });
      expect((data.rows[3].values.image as Media).name).toBe(name(3));
      return data.said;
    };
    const told = "metadata.csv: found 8 files whose names are written in another case on disk";
    const file = (n: number) => `images/s${n}.png`;
    expect(await of((n) => `images/s${n}.PNG`, file)).toContain(told);
    expect(await of(file, (n) => `images/s${n}.PNG`)).toContain(told);
    expect(await of((n) => `IMAGES/S${n}.png`, file)).toContain(told);
    expect(await of((n) => `S${n}`, file)).toContain(told);
    expect(await of(file, file)).not.toContain("another case");
    const both = (n: number) => `images/${n % 2 ? "a" : "A"}${n >> 1}.png`;
    expect(await of(both, both)).not.toContain("another case");
  });

  it("are not taken from other rows that write them exactly", async () => {
    const rows = ["ab", "AB", "c", "d", "e", "f"].map((key, i): Row => ({ key, label: `c${i % 2}` }));
    const files = Object.fromEntries(["ab", "c", "d", "e", "f"].map((key) => [`${key}.png`, png]));
    await expect(open({ ...files, "metadata.csv": csv(rows) })).rejects.toThrow(
      /^metadata\.csv:3, column "key": there is no file "AB" with/,
    );
  });

  it("are named by row and column where few are missing", async () => {
    const rows = pathRows((n) => `${n}`).map(({ filepath, label }): Row => ({ image_id: filepath, label }));
    const stems = rows.map(({ image_id }) => image_id).filter((stem) => stem !== "5" && stem !== "9");
    const files = Object.fromEntries(stems.map((stem) => [`images/${stem}.png`, png]));
    const says =
      /^metadata\.csv:7, column "image_id": there is no file "5" with the extension of an image, a sound or a text; 2 in all.*metadata\.csv:11.*Add the file, or empty the cell/;
    await expect(open({ ...files, "metadata.csv": csv(rows) })).rejects.toThrow(says);
    const numbers = rows.map((row) => JSON.stringify({ ...row, image_id: Number(row.image_id) })).join("\n");
    await expect(open({ ...files, "metadata.jsonl": numbers })).rejects.toThrow(/:6, column "image_id"/);
    const beside = { ...files, "images/5.wav": png, "images/9.png": png, "metadata.csv": csv(rows) };
    await expect(open(beside)).rejects.toThrow(/^metadata\.csv:7.*of kind audio here but image/);
    const x = rows.map(
      (row, i): Row => ({
        ...row,
        x: (i * 7) % 5,
        image_id: /^[59]$/.test(`${row.image_id}`) ? "" : row.image_id,
      }),
    );
    const { rows: read } = await open({ ...files, "metadata.csv": csv(x) });
    expect(Object.keys(read[5].values)).toEqual(["table"]);
  });

  it("are merely lacking where they lie in another folder", async () => {
    const rows = Array.from(
      { length: 8 },
      (_, i): Row => ({ key: `${i}`, x: ((i * 3) % 5) + 0.5, label: "a" }),
    );
    const images = [0, 1, 2, 3, 4, 6, 7].map((i) => [`images/${i}.png`, png]);
    const masks = [4, 5].map((i) => [`masks/${i}.png`, png]);
    const files = Object.fromEntries([...images, ...masks]);
    const { rows: read } = await open({ ...files, "metadata.csv": csv(rows) });
    expect(read.map(({ values }) => "image" in values)).toEqual(rows.map((_, i) => i !== 5));
  });

  it("may be any of several", async () => {
    const rows = pathRows((n) => `${n}.png`, 8);
    const files = Object.fromEntries(
      rows.flatMap(({ filepath }) => ["a", "b"].map((name) => [`data/${name}/${filepath}`, png])),
    );
    await expect(open({ ...files, "metadata.csv": csv(rows) })).rejects.toThrow(
      /^metadata\.csv:2, column "filepath": "0\.png" may be any of data\/a\/0\.png, data\/b\/0\.png/,
    );
  });
});

describe("the label", () => {
  it.each([
    ["True", "False"],
    ["yes", "no"],
    ["x", ""],
    [1, 0],
    ["1.0", "0.0"],
  ])("is the column of several that holds %j, not %j", async (mark, blank) => {
    const animals = ["cat", "dog", "owl"];
    const marked = Array.from(
      { length: 12 },
      (_, i): Row => ({
        x: i / 7,
        ...Object.fromEntries(animals.map((name, k) => [name, k === i % 3 ? mark : blank])),
      }),
    );
    const { rows } = await open({ "a.csv": csv(marked) }, { label: animals });
    expect(rows.map(({ label }) => label)).toEqual(marked.map((_, i) => animals[i % 3]));
  });

  it("is refused where cells of several columns are neither marks nor none", async () => {
    const odd = Array.from({ length: 6 }, (_, i): Row => ({ x: i / 7, cat: 0.9, dog: 0.1 }));
    await expect(open({ "a.csv": csv(odd) }, { label: ["cat", "dog"] })).rejects.toThrow(
      /^a\.csv:2, column "cat": "0\.9" is neither 1 nor 0/,
    );
  });

  it("raises a suspicious notice if it is a usual missing mark", async () => {
    const marked = rows.map((row, i): Row => ({ ...row, species: i % 4 ? row.species : "NA" }));
    const { said, notices } = await open({ "a.csv": csv(marked) }, { label: "species" });
    expect(said).toMatch(/read as class names: "NA" \(3 rows\)/);
    expect(notices.find(({ code }) => code === "labels/marks")?.suspect).toBe(true);
    expect((await open({ "a.csv": csv(rows) }, { label: "species" })).said).not.toMatch(/names of classes/);
  });

  it("of regression has a notice of its number format", async () => {
    const prices = Array.from(
      { length: 24 },
      (_, i): Row => ({
        user: `u${i % 4}`,
        x: i / 7,
        y: `$${1 + i},${100 + i}.5`,
      }),
    );
    const { said } = await open({ "a.csv": csv(prices) }, { label: "y", group: "user", task: "regression" });
    expect(said).toMatch(/read the labels as numbers with commas between thousands, the unit \$/);
  });

  const rows = Array.from({ length: 12 }, (_, i): Row => ({ text: `some words ${i}`, species: `s${i % 3}` }));

  it.each(["Label", " label", "LABEL"])("may be written %j", async (name) => {
    const named = rows.map(({ text, species }): Row => ({ text, [name]: species }));
    const data = await open({ "metadata.jsonl": named.map((row) => JSON.stringify(row)).join("\n") });
    expect(data.rows.every(({ label }) => label)).toBe(true);
    expect(data.said).toMatch(/read `.*` as the label/);
  });

  it.each(formats)("is the column that is stated, in %s", async (_, write) => {
    const stated = await open(write(rows), { label: "species" });
    expect(stated.rows.map(({ label }) => label).slice(0, 3)).toEqual(["s0", "s1", "s2"]);
    expect(stated.reading).toMatchObject({ label: "species" });
    expect(stated.shapes).toEqual({ text: "text" });
    const byCard = await open({ ...write(rows), "dataset.json": '{"label":"species"}' });
    expect(byCard.rows[0].label).toBe("s0");
    await expect(open(write(rows), { label: "specie" })).rejects.toThrow(
      /there is no column "specie".*mean species/,
    );
  });

  it("proposes a column of few words with such a name, with a notice", async () => {
    for (const name of ["species", "sentiment", "Class", "target", "Survived", "category", "y"]) {
      const named = rows.map(({ text, species }): Row => ({ text, [name]: species }));
      const { said, unlabelled } = await open({ "metadata.csv": csv(named) });
      expect(said).toContain(`\`${name}\` may be it (3 values): give the option \`label: "${name}"\``);
      expect(unlabelled?.columns).toEqual(["text", name]);
    }
  });

  it("may be several columns of 0 and 1", async () => {
    const hot = rows.map(({ text }, i): Row => ({ text, a: +(i % 2 === 0), b: +(i % 2 === 1) }));
    expect((await open({ "metadata.csv": csv(hot) })).said).toMatch(
      /`a`, `b` are one-hot: give the option `label: \["a","b"\]`/,
    );
    const data = await open({ "metadata.csv": csv(hot) }, { label: ["a", "b"] });
    expect(data.rows.slice(0, 3).map(({ label }) => label)).toEqual(["a", "b", "a"]);
  });

  it.each(formats)("is a class by number or a number as the task says, in %s", async (_, write) => {
    const whole = rows.map(({ text }, i): Row => ({ text, label: i % 3, group: `g${i % 2}` }));
    const classes = await open(write(whole), { task: "classification" });
    expect(classes.rows[2]).toMatchObject({ label: "2" });
    const numbers = await open(write(whole), { task: "regression" });
    expect(numbers.rows[2]).toMatchObject({ target: 2, group: "g0" });
  });

  it("is named by Hugging Face's README and info file", async () => {
    const whole = rows.map(({ text }, i): Row => ({ text, label: i % 3 }));
    const files = { "metadata.parquet": parquet(whole) };
    const yaml =
      "---\ndataset_info:\n  features:\n  - name: label\n    dtype:\n      class_label:\n        names:\n          '0': cat\n          '1': dog\n          '2': owl\n---\n# Pets\n";
    const info = JSON.stringify({
      default: { features: { label: { names: ["cat", "dog", "owl"], _type: "ClassLabel" } } },
    });
    for (const beside of [{ "README.md": yaml }, { "dataset_infos.json": info }] as Files[]) {
      const { rows: read, said } = await open({ ...files, ...beside });
      expect(read.slice(0, 3).map(({ label }) => label)).toEqual(["cat", "dog", "owl"]);
      expect(said).toMatch(/named the labels 0 to 2 by /);
    }
  });
});

describe("rows of a table without a header", () => {
  const rows = ["5.1,3.5,a", "4.9,3.0,a", "5.8,2.7,b", "6.1,2.9,b"];

  it.each([
    ["too few cells", "6.0,b", /^a\.csv:5: the row has 2 cells and the header 3/],
    ["too many cells", "6.0,2.2,b,9", /^a\.csv:5: the row has 4 cells and the header 3/],
  ])("are refused with %s", async (_, odd, message) => {
    await expect(open({ "a.csv": [...rows, odd].join("\n") })).rejects.toThrow(message);
  });

  it("without any cell are left out, with a notice", async () => {
    const { rows: read, said } = await open({ "a.csv": [...rows, ",,"].join("\n") }, { label: "column_3" });
    expect(read.map(({ label }) => label)).toEqual(["a", "a", "b", "b"]);
    expect(said).toMatch(/a\.csv:5: left out 1 row without any cell/);
  });
});

describe("columns of a table", () => {
  it("have a notice of the number of empty cells", async () => {
    const rows = passengers.map((row, i): Row => ({ ...row, age: i < 5 ? "" : row.age }));
    const { said } = await open({ "metadata.csv": csv(rows) });
    expect(said).toMatch(/empty cells are missing: 5 of 24 in `age`/);
    expect((await open({ "metadata.csv": csv(passengers) })).said).not.toMatch(/empty cells/);
  });

  it("may be called what no name is compared as: with spaces at the ends, in Unicode NFD", async () => {
    const rows = passengers.map(
      ({ age, label }): Row => ({ "age ": age, "cafe\u0301": 1.5 + Number(age), label }),
    );
    for (const [, write] of formats) {
      const { types, rows: read } = await open(write(rows));
      expect(Object.values(types)).toEqual(["number", "number"]);
      expect(Object.keys(Object.values(read[3].values)[0] as object)).toHaveLength(2);
    }
  });
});

describe("a model's columns", () => {
  it("are listed in the error of a row without any of them, and have a notice of another number format", async () => {
    const trained = await open({ "metadata.csv": csv(passengers) });
    const modalities = await planModalities(trained, undefined, trained.rows);
    const like = { modalities, data: { reading: trained.reading } };
    await expect(open({ "a.csv": "X\n1.5\n2.5\n" }, { like })).rejects.toThrow(
      /^a\.csv:2: the row has no modality; .*expected at least one of table, by its columns sepal length \(cm\), age/,
    );
    const { said } = await open({ "a.csv": csv([{ age: "20,5", label: "b" }], ";") }, { like });
    expect(said).toMatch(/read numbers in `age` with decimal commas/);
  });

  it("have a notice if later data lack them, with the nearest name", async () => {
    const trained = await open({ "metadata.csv": csv(passengers) });
    const modalities = await planModalities(trained, undefined, trained.rows);
    const like = { modalities, data: { reading: trained.reading } };
    const renamed = passengers.map(
      ({ age, "sepal length (cm)": length, ...row }): Row => ({ ...row, Age: age }),
    );
    const { said } = await open({ "metadata.csv": csv(renamed) }, { like });
    expect(said).toMatch(
      /has no such column, so that its cells are missing: `sepal length \(cm\)`, `age` \(perhaps `Age`\)/,
    );
    expect((await open({ "metadata.csv": csv(passengers) }, { like })).said).not.toMatch(
      /no such column, so/,
    );
  });

  it("read later data, of few rows, as they read the train rows", async () => {
    const prices = passengers.map(
      (row, i): Row => ({ ...row, price: `${i},5 €`, Species: `s${i % 3}`, label: null }),
    );
    const trained = await open({ "metadata.csv": csv(prices, ";") }, { label: "Species" });
    const modalities = await planModalities(trained, undefined, trained.rows);
    const like = { modalities, data: { reading: trained.reading } };
    const few: Row[] = [
      { price: "3,25 €", Species: "s1", colour: "violet", age: "NA", more: 1 },
      { price: "?", Species: "s2", colour: "red", age: 30, more: 2 },
    ];
    const support = await open({ "metadata.csv": csv(few) }, { like });
    expect(support.rows.map(({ label }) => label)).toEqual(["s1", "s2"]);
    expect(support.said).toMatch(/read `Species` as the label, as in training/);
    expect(support.said).toMatch(/left out, since the model has no such column: `more`/);
    expect(support.rows[0].values.table).toMatchObject({ price: 3.25, colour: "violet" });
    await loadTable(support.rows, { table: modalities.table });
    const odd = [{ price: "3.25", Species: "s1" }];
    await expect(open({ "metadata.csv": csv(odd) }, { like })).rejects.toThrow(
      /^metadata\.csv:2, field "price"/,
    );
  });
});

describe("a table of text", () => {
  const refuses = (content: string | Uint8Array) => expect(open({ "metadata.csv": content })).rejects;

  it("names ragged rows, a header that comes twice, and counts what it does not list", async () => {
    await refuses("text,label\na,b,c\nd,e\nf\n").toThrow(
      /^metadata\.csv:2: the row has 3 cells and the header 2; 2 in all, the others are metadata\.csv:4: the row has 1 cell /,
    );
    await refuses("text,label\na,b\ntext,label\n").toThrow(/^metadata\.csv:3: the row is the header again/);
    await refuses(`text,label\n${"a\n".repeat(30)}`).toThrow(/30 in all, .*metadata\.csv:21; and 10 more/);
  });

  it("leaves out rows without any cell, and cells that are empty beyond the header", async () => {
    const { rows, said } = await open({ "metadata.csv": "text,label\na b c,x,\n,\nd e f,y,\n" });
    expect(rows.map(({ where }) => where)).toEqual(["metadata.csv:2", "metadata.csv:4"]);
    expect(said).toMatch(/left out 1 row without any cell/);
  });

  it("is decoded as Windows-1252 where it may be, and refused where not", async () => {
    const latin = Buffer.from("text,label\nein schöner Tag,gut\n", "latin1");
    const { rows, said } = await open({ "metadata.csv": latin });
    expect(rows[0].values.text).toBe("ein schöner Tag");
    expect(said).toMatch(/read as Windows-1252, since it is not UTF-8: "ein schöner Tag,gut"/);
    await refuses(
      Uint8Array.of(...Buffer.from("text,label\n"), 0xcf, 0xf0, 0xe8, 0xe2, 0xe5, 0xf2, 0x2c, 0x61),
    ).toThrow(/UTF-8/);
    await refuses(Buffer.concat([Buffer.from("text,label\nö b,c\n"), latin.subarray(11)])).toThrow(/UTF-8/);
  });

  it("is split where a table a split lies there", async () => {
    const rows = passengers.map(({ label, age, Name }): Row => ({ label, age, Name }));
    const train = csv(rows);
    const both = await open({ "train.csv": train, "test.csv": train.replaceAll("class", "other") });
    expect(new Set(both.rows.map(({ split }) => split))).toEqual(new Set(["train", "test"]));
    const kaggle = await open({
      ...{ "train.csv": train, "sample_submission.csv": "id,label\n1,a\n" },
      "test.csv": csv(rows.map(({ label: _, ...row }) => row)),
    });
    expect(kaggle.rows).toHaveLength(24);
    expect(kaggle.said).toMatch(/test\.csv: left out: it has no column `label`/);
  });

  it("may be given by its own path", async () => {
    const path = folder({ "iris.csv": csv(passengers), "other.csv": csv(passengers) });
    const data = await openDataset(`${path}/iris.csv`);
    expect(data).toMatchObject({ name: "iris", rows: { length: 24 } });
  });
});
