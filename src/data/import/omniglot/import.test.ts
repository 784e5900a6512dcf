import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { gzipSync } from "node:zlib";
import sharp from "sharp";
import { afterAll, describe, expect, it } from "vitest";
import { splitClasses } from "../../../episode/split.js";
import { decodeImage, type Media, type Strokes } from "../../../modality/index.js";
import { openDataset } from "../../dataset.js";
import { importOmniglot } from "./import.js";

const root = mkdtempSync(join(tmpdir(), "metamodal-omniglot-"));
afterAll(() => rmSync(root, { recursive: true }));
let folders = 0;
const fresh = () => join(root, `${folders++}`);

function write(folder: string, files: Record<string, string | Uint8Array>) {
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), content);
  }
}

/** A white 105×105 page with a black square at the top left. */
async function page(): Promise<Buffer> {
  const pixels = new Uint8Array(105 * 105).fill(255);
  for (let y = 0; y < 15; y++) pixels.fill(0, y * 105, y * 105 + 15);
  return sharp(pixels, { raw: { width: 105, height: 105, channels: 1 } })
    .png()
    .toBuffer();
}

const drawn = "START\n0.000000,-0.000000,0\n0.1,-0.1,5\n14.300000,-3.700000,10\nBREAK\n7,-8,20\nBREAK\n";

const alphabets: Record<string, string> = {
  background: "Greek",
  background_small1: "Greek",
  background_small2: "Latin",
  evaluation: "Ge_ez",
};

async function official(parts: Record<string, number>): Promise<string> {
  const folder = fresh();
  const png = await page();
  let number = 0;
  for (const [part, characters] of Object.entries(parts))
    for (let c = 1; c <= characters; c++) {
      const id = String(++number).padStart(4, "0");
      for (const drawer of ["01", "02"]) {
        const path = `${alphabets[part]}/character0${c}/${id}_${drawer}`;
        write(folder, { [`images_${part}/${path}.png`]: png, [`strokes_${part}/${path}.txt`]: drawn });
      }
    }
  return folder;
}

describe("importOmniglot, official archives", () => {
  it("writes pairs in one frame: halves, y down, ink 255, drawers and splits", async () => {
    const from = await official({ background: 7, evaluation: 2 });
    rmSync(join(from, "strokes_background/Greek/character01/0001_02.txt"));
    const to = fresh();
    const { rows, classes, files } = await importOmniglot(from, to);
    expect({ rows, classes }).toEqual({ rows: 17, classes: { train: 6, val: 1, test: 2 } });
    expect(files.map(({ name }) => name).sort()).toEqual(readdirSync(to).sort());
    expect(readFileSync(join(to, "LICENSE"), "utf8")).toMatch(/MIT License.*Brenden Lake/s);

    const data = await openDataset(to);
    expect(data).toMatchObject({ name: "omniglot", licence: "MIT" });
    expect(splitClasses(data, 0)).toMatchObject({ source: "declared", unusedRows: 0 });
    const row = data.rows.find(({ id }) => id === "0008_02")!;
    expect(row).toMatchObject({ label: "Ge_ez/character01", group: "Ge_ez/02", split: "test" });
    expect(row.values.strokes).toEqual([
      [
        [0, 0],
        [14.5, 3.5],
      ],
      [[7, 8]],
    ]);
    const { width, height, channels, data: pixels } = await decodeImage(row.values.image as Media, "");
    expect({ width, height, channels }).toEqual({ width: 28, height: 28, channels: 1 });
    const at = (x: number, y: number) => pixels[y * 28 + x];
    expect([at(0, 0), at(3, 3), at(4, 3), at(3, 4), at(27, 27)]).toEqual([255, 255, 0, 0, 0]);
  });

  it("gives the same bytes each time", async () => {
    const from = await official({ background: 3, evaluation: 1 });
    const [a, b] = [fresh(), fresh()];
    await importOmniglot(from, a);
    await importOmniglot(from, b);
    for (const file of readdirSync(a))
      expect(readFileSync(join(b, file))).toEqual(readFileSync(join(a, file)));
  });

  it("leaves the split to the reader when only small background parts are there", async () => {
    const to = fresh();
    const summary = await importOmniglot(await official({ background_small1: 3, background_small2: 4 }), to);
    expect(summary.classes).toEqual({ unsplit: 7 });
    const data = await openDataset(to);
    expect(data.rows.length).toBe(14);
    expect(splitClasses(data, 0).source).toBe("seeded");
  });

  it("names a bad stroke line and a bad image", async () => {
    const from = await official({ background: 1 });
    const path = "Greek/character01/0001_01";
    write(from, { [`strokes_background/${path}.txt`]: "START\n1,2,3\nx,y\n" });
    await expect(importOmniglot(from, fresh())).rejects.toThrow(/0001_01\.txt:3: the line is "x,y"/);
    const small = await sharp(new Uint8Array(16), { raw: { width: 4, height: 4, channels: 1 } })
      .png()
      .toBuffer();
    write(from, { [`strokes_background/${path}.txt`]: drawn, [`images_background/${path}.png`]: small });
    const to = fresh();
    await expect(importOmniglot(from, to)).rejects.toThrow(/0001_01\.png: the image is 4×4/);
    expect(readdirSync(root).filter((name) => name.includes("partial"))).toEqual([]);
  });

  it("refuses other folders, packed archives and a full target", async () => {
    const empty = fresh();
    mkdirSync(empty);
    await expect(importOmniglot(empty, fresh())).rejects.toThrow(/the layout is unknown.*Unzip/);
    await expect(importOmniglot(join(root, "nowhere"), fresh())).rejects.toThrow(/no such folder/);
    write(empty, { "images_background.zip": "" });
    await expect(importOmniglot(empty, fresh())).rejects.toThrow(/images_background\.zip are not unpacked/);
    await expect(importOmniglot(empty, empty)).rejects.toThrow(
      /there is something already; expected.*empty folder/,
    );
  });
});

describe("importOmniglot, flat arrays", () => {
  const chars = [
    { alphabet: "Greek", character: "character01", id: "0001" },
    { alphabet: "Greek", character: "character02", id: "0002" },
  ];
  const index = { chars, splits_vinyals: { train: [1], val: [], test: [0] } };
  function arrays(change: Record<string, Uint8Array> = {}): string {
    const items = 40;
    const images = Uint8Array.from({ length: items * 784 }, (_, i) =>
      i % 784 === 0 ? Math.floor(i / 784) : 0,
    );
    const flags = Uint8Array.from({ length: items }, (_, i) => i % 4);
    const one = Buffer.from([2, 2, 0, 0, 0, 3, 209, 1, 0, 8, 9]);
    const offsets = new Uint32Array(items + 1).map((_, i) => i * one.length);
    const parts: Record<string, Uint8Array> = {
      "images28.u8.gz": images,
      "strokes.flag.u8.gz": flags,
      "strokes.offsets.u32.gz": new Uint8Array(offsets.buffer),
      "strokes.bin.gz": Buffer.concat(Array(items).fill(one)),
      ...change,
    };
    const folder = fresh();
    const packed = Object.entries(parts).map(([name, bytes]) => [name, gzipSync(bytes)]);
    write(folder, { "index.json": JSON.stringify(index), ...Object.fromEntries(packed) });
    return folder;
  }

  it("keeps items with confident strokes, in half pixels, split by Vinyals", async () => {
    const to = fresh();
    const { rows, classes } = await importOmniglot(arrays(), to);
    expect({ rows, classes }).toEqual({ rows: 20, classes: { train: 1, test: 1 } });
    const data = await openDataset(to);
    const row = data.rows.find(({ id }) => id === "0001_03")!;
    expect(row).toMatchObject({ label: "Greek/character01", group: "Greek/03", split: "test" });
    expect(row.values.strokes).toEqual([
      [
        [0, 0],
        [1.5, 104.5],
      ],
      [[4, 4.5]],
    ] satisfies Strokes);
    expect((await decodeImage(row.values.image as Media, "")).data[0]).toBe(2);
  });

  it("refuses arrays that do not fit each other", async () => {
    const images = arrays({ "images28.u8.gz": new Uint8Array(9) });
    await expect(importOmniglot(images, fresh())).rejects.toThrow(/^images28\.u8\.gz: 9 bytes for 40 items/);
    const strokes = arrays({ "strokes.bin.gz": new Uint8Array(9) });
    await expect(importOmniglot(strokes, fresh())).rejects.toThrow(/^strokes\.offsets\.u32\.gz: /);
  });
});
