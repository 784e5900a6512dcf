/** Files that are data sets by themselves, made here in the form that others write them in. */

import { gzipSync } from "node:zlib";
import { strToU8, zipSync } from "fflate";
import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { idx, npy, pictureParquet, xlsx } from "../../../test/support/data-files.js";
import { folders } from "../../../test/support/folders.js";
import { inspectDataset } from "../../episode/inspect.js";
import { openDataset } from "../dataset.js";

const folderOf = folders();
const open = async (files: Record<string, string | Uint8Array>) => openDataset(folderOf(files));
const lines = (rows: readonly unknown[]) => rows.map((row) => JSON.stringify(row)).join("\n");

describe("points as objects", () => {
  const objects = [
    { x: 1, y: 2, t: 0 },
    { x: 3, y: 4, t: 1 },
    { x: 5, y: 5, t: 2 },
  ];
  const arrays = [
    [
      [1, 2],
      [3, 4],
      [5, 5],
    ],
  ];
  it.each([
    [
      "all rows",
      [objects, [objects]],
      /read "strokes" as strokes: x and y of points that are objects, without/,
    ],
    ["some rows", [objects, arrays, [objects]], /that are objects in 2 of 3 rows, without/],
  ])("are read as strokes, with a notice: %s", async (_, drawings, said) => {
    const rows = drawings.map((strokes, i) => ({ label: `l${i}`, strokes }));
    const { rows: read, notices } = await open({ "metadata.jsonl": lines(rows) });
    for (const { values } of read) expect(values.strokes).toEqual(arrays);
    expect(notices.map(({ text }) => text).join()).toMatch(said);
  });
});

describe("drawings", () => {
  const circle = [
    [
      [10, 20, 30],
      [40, 50, 45],
    ],
  ];
  const line = [
    [
      [4, 98],
      [3, 91],
    ],
  ];
  const row = (word: string, i: number, drawing: unknown) => ({
    ...{ word, countrycode: "US", timestamp: "2017-03-09 00:28:55.637750 UTC", recognized: i > 0 },
    ...{ key_id: `50000${word.length}${i}`, drawing },
  });

  it("are read from Quick, Draw! files, ambiguous ones as the others", async () => {
    const { rows, kinds, notices } = await open({
      "circle.ndjson": lines([0, 1].map((i) => row("circle", i, circle))),
      "line.ndjson": lines([0, 1].map((i) => row("line", i, line))),
    });
    expect(rows.map(({ id, label }) => [id, label])).toEqual([
      ["5000060", "circle"],
      ["5000061", "circle"],
      ["5000040", "line"],
      ["5000041", "line"],
    ]);
    expect(rows[0].values.strokes).toEqual([
      [
        [10, 40],
        [20, 50],
        [30, 45],
      ],
    ]);
    expect(rows[2].values.strokes).toEqual([
      [
        [4, 3],
        [98, 91],
      ],
    ]);
    expect(kinds.strokes).toEqual({ kind: "strokes", options: { format: "lists" } });
    expect(notices.map(({ code }) => code)).toEqual(["drawings/quick-draw", "drawings/lists"]);
    expect(notices[0].text).toContain("2 were not recognized");
  });

  it("of two points alone are points, with a word, and lists where the card says so", async () => {
    const data = lines([{ label: "line", strokes: line }]);
    const plain = await open({ "metadata.jsonl": data });
    expect(plain.rows[0].values.strokes).toEqual(line);
    expect(plain.notices).toMatchObject([{ code: "drawings/ambiguous", suspect: true }]);
    const card = JSON.stringify({ modalities: { strokes: { kind: "strokes", format: "lists" } } });
    const stated = await open({ "metadata.jsonl": data, "dataset.json": card });
    expect(stated.rows[0].values.strokes).toEqual([
      [
        [4, 3],
        [98, 91],
      ],
    ]);
    expect(stated.notices).toEqual([]);
    const among = await open({
      "metadata.jsonl": lines([
        { label: "a", strokes: line },
        { label: "b", strokes: [[[1, 2]]] },
      ]),
    });
    expect(among.rows[0].values.strokes).toEqual(line);
  });

  it("are read from SVG path data, which is no text", async () => {
    const { rows, kinds, notices } = await open({
      "metadata.jsonl": lines([
        { label: "a", sketch: "M10 10 L90 90" },
        { label: "b", sketch: "M1 1h5v5z" },
      ]),
    });
    expect(kinds.sketch.kind).toBe("strokes");
    expect(rows[0].values.sketch).toEqual([
      [
        [10, 10],
        [90, 90],
      ],
    ]);
    expect(notices.map(({ code }) => code)).toEqual(["drawings/svg-path"]);
    const card = JSON.stringify({ modalities: { sketch: { kind: "text" } } });
    const text = await open({
      "metadata.jsonl": lines([{ label: "a", sketch: "M10 10 L90 90" }]),
      "dataset.json": card,
    });
    expect(text.rows[0].values.sketch).toBe("M10 10 L90 90");
  });

  it("are read from a column whose name only ends as those of files do", async () => {
    const csv = await open({ "metadata.csv": 'label,profile_name\na,"[[[1,2],[3,4],[5,5]]]"\n' });
    expect(csv.kinds.profile_name.kind).toBe("strokes");
    const paths = await open({ "metadata.jsonl": lines([{ label: "a", profile_name: "M1 2L3 4" }]) });
    expect(paths.kinds.profile_name.kind).toBe("strokes");
    const text = await open({ "metadata.jsonl": lines([{ label: "a", profile_name: "a/1.inkml" }]) });
    expect(text.rows[0].values).toEqual({ profile_name: "a/1.inkml" });
  });

  it("are read from folders of InkML, and of SVG where the card says strokes", async () => {
    const ink =
      '<?xml version="1.0"?><ink xmlns="http://www.w3.org/2003/InkML"><trace id="0">10 20 0, 11 21 8</trace><trace>5 5,6 6</trace></ink>';
    const inkml = await open({ "a/1.inkml": ink, "b/2.inkml": ink });
    expect(inkml.rows[0]).toMatchObject({
      label: "a",
      values: {
        strokes: [
          [
            [10, 20],
            [11, 21],
          ],
          [
            [5, 5],
            [6, 6],
          ],
        ],
      },
    });
    await expect(open({ "a/1.inkml": ink.replace("11 21 8", "'1 '2") })).rejects.toThrow(
      /^a\/1\.inkml: trace 1 has the point/,
    );
    const svg =
      '<svg xmlns="http://www.w3.org/2000/svg"><!-- <path d="x"/> --><path d="M1 2L3 4"/><line x1="1" y1="2" x2="5" y2="6"/></svg>';
    const card = JSON.stringify({ modalities: { strokes: { kind: "strokes" } } });
    const drawn = await open({ "a/1.svg": svg, "b/2.svg": svg, "dataset.json": card });
    expect(drawn.rows[1].values).toEqual({
      strokes: [
        [
          [1, 2],
          [3, 4],
        ],
        [
          [1, 2],
          [5, 6],
        ],
      ],
    });
    expect((await open({ "a/1.svg": svg, "b/2.svg": svg })).kinds.image.kind).toBe("image");
  });
});

describe("IDX", () => {
  const images = idx(
    [3, 2, 2],
    Array.from({ length: 12 }, (_, i) => i * 20),
  );
  const labels = idx([3], [7, 0, 7]);

  it("is read as MNIST has it, packed or not", async () => {
    const { rows } = await open({
      "train-images-idx3-ubyte.gz": gzipSync(images),
      "train-labels-idx1-ubyte.gz": gzipSync(labels),
      "t10k-images.idx3-ubyte": images,
      "t10k-labels.idx1-ubyte": labels,
    });
    expect(rows.map(({ label, split }) => `${split} ${label}`)).toEqual([
      "test 7",
      "test 0",
      "test 7",
      "train 7",
      "train 0",
      "train 7",
    ]);
    expect(rows[1].values.image).toEqual({
      width: 2,
      height: 2,
      channels: 1,
      data: Uint8ClampedArray.of(80, 100, 120, 140),
    });
  });

  it("is of the split that its own name says, not the folder's around it", async () => {
    const test = { "t10k-images-idx3-ubyte": images, "t10k-labels-idx1-ubyte": labels };
    const within = (folder: string) =>
      zipSync(Object.fromEntries(Object.entries(test).map(([name, bytes]) => [`${folder}/${name}`, bytes])));
    const { rows } = await open({ "a.zip": within("training-data"), "b.zip": within("validated") });
    expect(rows.map(({ split }) => split)).toEqual(Array(6).fill("test"));
  });

  it.each<[string, Record<string, Uint8Array>, RegExp]>([
    ["no labels", { "train-images-idx3-ubyte": images }, /there is no file of its labels/],
    ["no images", { "train-labels-idx1-ubyte": labels }, /labels and no images/],
    [
      "a file cut off",
      { "train-images-idx3-ubyte": images.subarray(0, 20), "train-labels-idx1-ubyte": labels },
      /its shape \[3,2,2\] needs 28/,
    ],
    [
      "a claim of more than memory",
      { "train-images-idx3-ubyte": idx([4e9, 4e9, 4], []), "train-labels-idx1-ubyte": labels },
      /needs/,
    ],
    [
      "fewer labels",
      { "train-images-idx3-ubyte": images, "train-labels-idx1-ubyte": idx([2], [1, 2]) },
      /its shape is \[2\]/,
    ],
    ["another file", { "train-images-idx3-ubyte": Buffer.from("hello") }, /it is not an IDX file/],
    [
      "a file and its packed copy",
      {
        "train-images-idx3-ubyte": images,
        "train-images-idx3-ubyte.gz": gzipSync(images),
        "train-labels-idx1-ubyte": labels,
      },
      /^train-images-idx3-ubyte\.gz: .*modality "image", as those of train-images-idx3-ubyte are/,
    ],
  ])("is refused: %s", async (_, files, says) => {
    await expect(open(files)).rejects.toThrow(says);
  });
});

const bytesOf = (array: Float32Array | Float64Array | BigInt64Array | Int32Array) =>
  new Uint8Array(array.buffer);

describe("npz", () => {
  const pixels = Buffer.from(Array.from({ length: 3 * 4 }, (_, i) => i));
  const classes = bytesOf(BigInt64Array.of(5n, 0n, 5n));

  it("is read as Keras and MedMNIST write it", async () => {
    const keras = await open({
      "mnist.npz": zipSync({
        "x_train.npy": npy("|u1", [3, 2, 2], pixels),
        "y_train.npy": npy("<i8", [3], classes),
        "x_test.npy": npy("|u1", [3, 2, 2], pixels),
        "y_test.npy": npy("<i8", [3, 1], classes),
        "extra.npy": npy("<i8", [3], classes),
      }),
    });
    expect(keras.rows.map(({ label, split }) => `${split} ${label}`)).toEqual([
      "train 5",
      "train 0",
      "train 5",
      "test 5",
      "test 0",
      "test 5",
    ]);
    expect(keras.rows[0].values.image).toMatchObject({ width: 2, height: 2, channels: 1 });
    expect(keras.notices).toMatchObject([
      { code: "arrays/left-out", text: expect.stringContaining("extra") },
    ]);
    const medical = await open({
      "a.npz": zipSync({
        "val_images.npy": npy("|u1", [1, 2, 2, 3], pixels),
        "val_labels.npy": npy("|u1", [1, 1], Buffer.of(4)),
      }),
    });
    expect(medical.rows).toMatchObject([{ label: "4", split: "val", values: { image: { channels: 3 } } }]);
  });

  it("is read as vectors, by columns, of texts, and of pixels from 0 to 1 with channels first", async () => {
    const matrix = bytesOf(Float64Array.of(1, 2, 3, 4, 5, 6));
    const x = (descr: string, shape: number[], body: Uint8Array, fortran = false) => ({
      "X.npy": npy(descr, shape, body, fortran),
    });
    const y = {
      "y.npy": npy("<U3", [2], Buffer.from("catdog".split("").flatMap((c) => [c.charCodeAt(0), 0, 0, 0]))),
    };
    const rows = await open({ "a.npz": zipSync({ ...x("<f8", [2, 3], matrix), ...y }) });
    expect(rows.rows).toMatchObject([
      { label: "cat", values: { vector: Float32Array.of(1, 2, 3) } },
      { label: "dog" },
    ]);
    const columns = await open({ "a.npz": zipSync({ ...x("<f8", [2, 3], matrix, true), ...y }) });
    expect(columns.rows[0].values.vector).toEqual(Float32Array.of(1, 3, 5));
    const first = bytesOf(Float32Array.from({ length: 24 }, (_, i) => (i < 4 ? 1 : 0)));
    const planes = await open({ "a.npz": zipSync({ ...x("<f4", [2, 3, 2, 2], first), ...y }) });
    expect(planes.rows[0].values.image).toMatchObject({
      channels: 3,
      data: Uint8ClampedArray.from([255, 0, 0, 255, 0, 0, 255, 0, 0, 255, 0, 0]),
    });
  });

  const floats = (...values: number[]) => bytesOf(Float32Array.from(values));
  const words = (...texts: string[]) =>
    npy("|S2", [texts.length], Buffer.from(texts.map((text) => text.padEnd(2, "\0")).join("")));
  const two = npy("|u1", [2], Buffer.of(0, 1));

  it("has one example a row of several inputs", async () => {
    const { rows } = await open({
      "a.npz": zipSync({
        "images.npy": npy("|u1", [2, 1, 1], Buffer.of(1, 2)),
        "texts.npy": words("ab", "cd"),
        "embeddings.npy": npy("<f4", [2, 2], floats(1, 2, 3, 4)),
        "labels.npy": two,
      }),
    });
    expect(rows).toMatchObject([
      { label: "0", values: { text: "ab", vector: Float32Array.of(1, 2), image: { width: 1 } } },
      { label: "1", values: { text: "cd", vector: Float32Array.of(3, 4), image: { width: 1 } } },
    ]);
  });

  it("has a notice of why arrays are left out", async () => {
    const x = npy("<f4", [2, 2], floats(1, 2, 3, 4));
    const { rows, notices } = await open({
      "a.npz": zipSync({
        ...{ "x_train.npy": x, "y_train.npy": two, "label_train.npy": two },
        ...{ "x_test.npy": x, "y_val.npy": two, "extra.NPY": two },
      }),
    });
    expect(rows).toHaveLength(2);
    expect(notices.map(({ code, text }) => `${code}: ${text}`)).toEqual([
      "arrays/left-out: left out label_train: labels beside y_train",
      "arrays/left-out: left out x_test: without labels",
      "arrays/left-out: left out y_val: without inputs",
      "arrays/left-out: left out extra: neither inputs nor labels by name",
    ]);
  });

  it("has pixels from -1 to 1, with a notice", async () => {
    const { rows, notices } = await open({
      "a.npz": zipSync({ "X.npy": npy("<f4", [2, 1, 2], floats(-1, 0, 0.5, 1)), "y.npy": two }),
    });
    expect(rows.map(({ values }) => [...(values.image as { data: Uint8ClampedArray }).data])).toEqual([
      [0, 128],
      [191, 255],
    ]);
    expect(notices).toMatchObject([{ code: "arrays/pixels", where: "a.npz/X" }]);
  });

  it.each<[string, Record<string, Uint8Array>, RegExp]>([
    ...(
      [
        [-1.5, 1],
        [-1, 2],
        [0, 256],
        [0, Number.NaN],
      ] as const
    ).map(([least, most]): [string, Record<string, Uint8Array>, RegExp] => [
      `pixels from ${least} to ${most}`,
      { "X.npy": npy("<f4", [2, 1, 1], floats(least, most)), "y.npy": two },
      /^a\.npz\/X: its pixels are from .*expected pixels from 0 to 255, from 0 to 1 or from -1 to 1/,
    ]),
    [
      "two inputs of one kind",
      {
        "x_train.npy": npy("<f4", [2, 1], floats(1, 2)),
        "embeddings_train.npy": npy("<f4", [2, 1], floats(1, 2)),
        "y_train.npy": two,
      },
      /^a\.npz\/embeddings_train: .*modality "vector", as those of a\.npz\/x_train are/,
    ],
    [
      "inputs of different lengths",
      { "images.npy": npy("|u1", [2, 1, 1], Buffer.of(1, 2)), "texts.npy": words("ab"), "y.npy": two },
      /^a\.npz\/texts: its shape is \[1\], and that of a\.npz\/images \[2,1,1\]/,
    ],
    [
      "other names",
      { "a.npy": npy("|u1", [1], Buffer.of(1)) },
      /its arrays are a; expected arrays of inputs and labels/,
    ],
    [
      "Python objects",
      { "X.npy": npy("|O", [1], Buffer.of(1)), "y.npy": npy("<i8", [3], classes) },
      /values are of type \|O/,
    ],
    [
      "a shape beyond its bytes",
      { "X.npy": npy("<f8", [1e9, 1e9], Buffer.of(1)), "y.npy": npy("<i8", [3], classes) },
      /needs/,
    ],
  ])("is refused: %s", async (_, members, says) => {
    await expect(open({ "a.npz": zipSync(members) })).rejects.toThrow(says);
  });
});

describe("Excel workbooks", () => {
  const rows = [
    ["text", "label"],
    ["good morning", "greeting"],
    [null, null],
    ["see you", "parting"],
  ];

  it("are read: the first sheet with cells, by rows that have some", async () => {
    const { rows: read, notices } = await open({ "data.xlsx": xlsx([[], rows, [["other"], [1]]]) });
    expect(read.map(({ label, values }) => [label, values.text])).toEqual([
      ["greeting", "good morning"],
      ["parting", "see you"],
    ]);
    expect(read[1].where).toBe("data.xlsx:4");
    expect(notices).toMatchObject([
      { code: "folder/table" },
      { code: "files/sheets", text: 'read the sheet "Sheet 2"; left out "Sheet 3"' },
      { code: "file/empty-rows", where: "data.xlsx:3" },
    ]);
    expect((await open({ "metadata.xlsx": xlsx([rows]) })).rows).toHaveLength(2);
  });

  it("without a header are values, as in a CSV", async () => {
    const values = Array.from({ length: 12 }, (_, i) => [5 + i / 10, 3.5, i % 2 ? "setosa" : "virginica"]);
    const { rows, notices } = await openDataset(folderOf({ "a.xlsx": xlsx([values]) }), {
      label: "column_3",
    });
    expect(rows).toHaveLength(12);
    expect(notices.map(({ code }) => code)).toContain("file/no-header");
  });

  it.each<[string, Uint8Array, RegExp]>([
    ["no cells", xlsx([[]]), /no sheet has cells/],
    [
      "two columns of one name",
      xlsx([
        [
          ["a", "a"],
          [1, 2],
        ],
      ]),
      /two columns are named "a"/,
    ],
    ["no workbook", zipSync({ "a.txt": strToU8("hello") }), /the workbook cannot be read/],
    ["no zip", Buffer.from("hello"), /a\.xlsx/],
  ])("are refused: %s", async (_, bytes, says) => {
    await expect(open({ "a.xlsx": bytes })).rejects.toThrow(says);
  });
});

it("reads a repository of Hugging Face as cloned: Parquet by split, pictures within", async () => {
  const png = await sharp({ create: { width: 4, height: 4, channels: 3, background: "red" } })
    .png()
    .toBuffer();
  const part = (labels: string[]) => pictureParquet(labels.map((label) => ({ label, picture: png })));
  const data = await open({
    "README.md": "# data",
    ".gitattributes": "",
    "data/train-00000-of-00002.parquet": part(["a", "b"]),
    "data/train-00001-of-00002.parquet": part(["a", "b"]),
    "data/test-00000-of-00001.parquet": part(["c", "d"]),
  });
  expect(data.rows.map(({ label, split }) => `${split} ${label}`)).toEqual([
    "test c",
    "test d",
    "train a",
    "train b",
    "train a",
    "train b",
  ]);
  expect((await inspectDataset(data)).modalities.image).toMatchObject({ kind: "image", rows: 6 });
});
