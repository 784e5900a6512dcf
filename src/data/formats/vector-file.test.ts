import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { folders, jsonl } from "../../../test/support/folders.js";
import { float32 } from "../../base/array.js";
import { InputError } from "../../base/errors.js";
import { encodeSafetensors } from "../../base/safetensors.js";
import { openDataset } from "../dataset.js";
import { decodeNpy } from "./npy.js";

const folder = folders();

/** An `.npy` file as numpy writes it: the header padded so that the numbers begin at a multiple of 64. */
function npy(
  shape: readonly number[],
  body: Uint8Array,
  { descr = "<f4", order = "False", version = 1 } = {},
) {
  const dims = shape.length === 1 ? `${shape[0]},` : shape.join(", ");
  const dictionary = `{'descr': '${descr}', 'fortran_order': ${order}, 'shape': (${dims}), }`;
  const start = version === 1 ? 10 : 12;
  const header = `${dictionary.padEnd(Math.ceil((dictionary.length + 1 + start) / 64) * 64 - start - 1)}\n`;
  const bytes = new Uint8Array(start + header.length + body.length);
  bytes.set([0x93, ...Buffer.from("NUMPY"), version, 0]);
  new DataView(bytes.buffer).setUint16(8, header.length, true);
  bytes.set(Buffer.from(header), start);
  bytes.set(body, start + header.length);
  return bytes;
}
const floats = (...values: number[]) => new Uint8Array(Float32Array.from(values).buffer);

describe("decodeNpy", () => {
  it.each<[string, Uint8Array]>([
    ["float32", npy([2, 2], floats(1, 2, 3, -4.5))],
    ["format version 2", npy([2, 2], floats(1, 2, 3, -4.5), { version: 2 })],
    ["float64", npy([2, 2], new Uint8Array(Float64Array.from([1, 2, 3, -4.5]).buffer), { descr: "<f8" })],
    // numpy.float16([1, 2, 3, -4.5]).tobytes()
    ["float16", npy([2, 2], Uint8Array.from([0, 0x3c, 0, 0x40, 0, 0x42, 0x80, 0xc4]), { descr: "<f2" })],
  ])("reads %s", (_, bytes) => {
    const { shape, data } = decodeNpy(bytes, "x.npy");
    expect({ shape, data: [...data] }).toEqual({ shape: [2, 2], data: [1, 2, 3, -4.5] });
  });

  it("refuses a file cut off anywhere", () => {
    const whole = npy([2, 2], floats(1, 2, 3, 4));
    for (let end = 0; end < whole.length; end++)
      expect(() => decodeNpy(whole.subarray(0, end), "x.npy"), `${end} bytes`).toThrow(
        /^x\.npy: .*numpy\.save/,
      );
  });

  it("never fails otherwise than by an InputError, whatever byte is changed", () => {
    const whole = npy([2, 2], floats(1, 2, 3, 4));
    fc.assert(
      fc.property(fc.nat(whole.length - 1), fc.nat(255), (at, value) => {
        const changed = Uint8Array.from(whole);
        changed[at] = value;
        try {
          decodeNpy(changed, "x.npy");
        } catch (error) {
          expect(error).toBeInstanceOf(InputError);
        }
      }),
      { seed: 1, numRuns: 500 },
    );
  });

  it("reads whole numbers, and an array by columns row by row", () => {
    const whole = npy([2], new Uint8Array(Int32Array.of(3, -4).buffer), { descr: "<i4" });
    expect([...decodeNpy(whole, "x.npy").data]).toEqual([3, -4]);
    const columns = npy([2, 2], floats(1, 2, 3, 4), { order: "True" });
    expect([...decodeNpy(columns, "x.npy").data]).toEqual([1, 3, 2, 4]);
  });

  it.each<[string, Uint8Array, RegExp]>([
    ["the other byte order", npy([2], floats(1, 2), { descr: ">f4" }), /of type >f4/],
    ["a type that every object has", npy([2], floats(1, 2), { descr: "constructor" }), /of type constructor/],
    ["a shape of another size", npy([2, 3], floats(1, 2, 3, 4)), /16 bytes of values.*needs 24/],
    ["a huge shape", npy([1e9, 1e9], floats(1)), /needs/],
    ["another format", floats(1, 2, 3, 4), /not an \.npy file/],
    ["Python objects", npy([2], floats(1, 2), { descr: "|O" }), /of type \|O/],
  ])("refuses %s", (_, bytes, message) => expect(() => decodeNpy(bytes, "x.npy")).toThrow(message));
});

const rows = jsonl(
  { id: "a", label: "x" },
  { id: "b", label: "x", note: "hi" },
  { id: "c", label: "y", note: "ho" },
);
const open = (clip: object, files: Record<string, string | Uint8Array>, metadata = rows) =>
  openDataset(
    folder({
      "metadata.jsonl": metadata,
      "dataset.json": JSON.stringify({ modalities: { clip: { kind: "vector", ...clip } } }),
      ...files,
    }),
  );
const valuesOf = async (...of: Parameters<typeof open>) =>
  (await open(...of)).rows.map(({ values }) =>
    values.clip ? [...(values.clip as Float32Array)] : undefined,
  );
const npy3 = npy([3, 2], floats(1, 2, 3, 4, 5, 6));
const expected = [
  [1, 2],
  [3, 4],
  [5, 6],
];

describe("vectors of a file", () => {
  it("belong to rows in their order, and those of NaN are missing", async () => {
    const data = await open({ file: "clip.npy", standardise: false }, { "clip.npy": npy3 });
    expect(data.rows.map(({ values }) => [...(values.clip as Float32Array)])).toEqual(expected);
    expect(data.kinds.clip).toEqual({ kind: "vector", options: { standardise: false } });
    const missing = npy([3, 2], floats(1, 2, Number.NaN, Number.NaN, 5, 6));
    expect(await valuesOf({ file: "clip.npy" }, { "clip.npy": missing })).toEqual([
      [1, 2],
      undefined,
      [5, 6],
    ]);
  });

  it("belong to the rows whose ids a file has, in its order", async () => {
    const files = { "v/clip.npy": npy([2, 2], floats(5, 6, 1, 2)), "v/ids.txt": "c\na\n" };
    const metadata = rows
      .replace('"a","label":"x"', '"a","label":"x","note":"he"')
      .replace('"note":"hi"', '"note":"hi"');
    expect(await valuesOf({ file: "v/clip.npy", ids: "v/ids.txt" }, files, metadata)).toEqual([
      [1, 2],
      undefined,
      [5, 6],
    ]);
  });

  it("are read of safetensors: an array of rows, the one that is named, or a vector an id", async () => {
    const all = float32([1, 2, 3, 4, 5, 6], [3, 2]);
    const file = (arrays: Record<string, typeof all>) => ({
      "e.safetensors": encodeSafetensors({ arrays, metadata: {} }),
    });
    expect(await valuesOf({ file: "e.safetensors" }, file({ anything: all }))).toEqual(expected);
    const two = file({ clip: all, other: float32([0], [1, 1]) });
    expect(await valuesOf({ file: "e.safetensors", tensor: "clip" }, two)).toEqual(expected);
    const byId = file({ c: float32([5, 6], [2]), a: float32([1, 2], [2]), z: float32([0, 0], [2]) });
    expect(await valuesOf({ file: "e.safetensors" }, byId)).toEqual([[1, 2], undefined, [5, 6]]);
    await expect(open({ file: "e.safetensors" }, two)).rejects.toThrow(
      /its arrays are clip, other.*as "tensor"/,
    );
    await expect(open({ file: "e.safetensors", tensor: "x" }, two)).rejects.toThrow(/no array "x"/);
  });

  it("lie beside folders of classes too, whose rows are in the order of their names", async () => {
    const path = folder({
      "b/1.txt": "one",
      "a/2.txt": "two",
      "dataset.json": JSON.stringify({ modalities: { clip: { kind: "vector", file: "clip.npy" } } }),
      "clip.npy": npy([2, 1], floats(1, 2)),
    });
    const { rows } = await openDataset(path);
    expect(rows.map(({ id, values }) => [id, ...(values.clip as Float32Array)])).toEqual([
      ["a/2.txt", 1],
      ["b/1.txt", 2],
    ]);
  });

  it.each<[string, object, Record<string, string | Uint8Array>, RegExp]>([
    [
      "another number of rows",
      { file: "c.npy" },
      { "c.npy": npy([2, 2], floats(1, 2, 3, 4)) },
      /c\.npy: it has 2 vectors, and the data set 3 rows.*row of NaN/,
    ],
    [
      "one axis",
      { file: "c.npy" },
      { "c.npy": npy([3], floats(1, 2, 3)) },
      /shape \[3\]; expected numbers of shape \[rows, length\]/,
    ],
    ["a file that is not there", { file: "c.npy" }, {}, /modalities\.clip\.file: there is no file "c\.npy"/],
    ["a path that leaves the folder", { file: "../c.npy" }, {}, /leaves the data folder/],
    [
      "another kind of file",
      { file: "c.csv" },
      {},
      /modalities\.clip\.file: the value is "c\.csv"; expected the path of an \.npy/,
    ],
    ["ids without a file", { ids: "ids.txt" }, {}, /modalities\.clip\.file/],
    [
      "too few ids",
      { file: "c.npy", ids: "i.txt" },
      { "c.npy": npy3, "i.txt": "a\nb\n" },
      /3 vectors, and i\.txt has 2 ids/,
    ],
    [
      "an id twice",
      { file: "c.npy", ids: "i.txt" },
      { "c.npy": npy3, "i.txt": "a\nb\na" },
      /an id is twice in i\.txt: "a"/,
    ],
    [
      "ids of other rows",
      { file: "c.npy", ids: "i.txt" },
      { "c.npy": npy3, "i.txt": "p\nq\nr" },
      /no row has an id of i\.txt/,
    ],
    [
      "a damaged file",
      { file: "c.safetensors" },
      { "c.safetensors": "x" },
      /c\.safetensors: the file has 1 bytes/,
    ],
    [
      "a number that is not finite",
      { file: "c.npy" },
      { "c.npy": npy([3, 2], floats(1, Number.NaN, 3, 4, 5, 6)) },
      /metadata\.jsonl:1, field "clip": number 0|number 1/,
    ],
  ])("refuses %s", async (_, clip, files, message) => {
    await expect(open(clip, files)).rejects.toMatchObject({
      name: "InputError",
      message: expect.stringMatching(message),
    });
  });

  it("refuses a row that has the vector already", async () => {
    const given = rows.replace('"id":"a"', '"id":"a","clip":[1,2]');
    await expect(open({ file: "clip.npy" }, { "clip.npy": npy3 }, given)).rejects.toThrow(
      /metadata\.jsonl:1, field "clip": the modality "clip" is given here and in clip\.npy/,
    );
  });
});
