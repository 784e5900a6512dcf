import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { float32, int32, type NDArray, sizeOf } from "./array.js";
import { InputError } from "./errors.js";
import { decodeSafetensors, encodeSafetensors } from "./safetensors.js";

const shapes = fc.array(fc.nat(4), { maxLength: 3 });
const floats = shapes.chain((shape) =>
  fc
    .array(fc.float({ noNaN: true }), { minLength: sizeOf(shape), maxLength: sizeOf(shape) })
    .map((values): NDArray => float32(values, shape)),
);
const integers = shapes.chain((shape) =>
  fc
    .array(fc.integer(), { minLength: sizeOf(shape), maxLength: sizeOf(shape) })
    .map((values): NDArray => int32(values, shape)),
);
const names = fc.string({ minLength: 1, maxLength: 8 }).filter((name) => !name.startsWith("__"));
const files = fc.record({
  arrays: fc.dictionary(names, fc.oneof(floats, integers), { maxKeys: 4, noNullPrototype: true }),
  metadata: fc.dictionary(names, fc.string(), { maxKeys: 3, noNullPrototype: true }),
});

const sample = encodeSafetensors({
  arrays: { b: float32([1, 2, 3], [3]), a: int32([4, 5], [1, 2]) },
  metadata: { note: "x" },
});

/** A file with this header and eight bytes of body. */
function withHeader(header: unknown): Uint8Array {
  const text = new TextEncoder().encode(typeof header === "string" ? header : JSON.stringify(header));
  const bytes = new Uint8Array(8 + text.length + 8);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(text.length), true);
  bytes.set(text, 8);
  return bytes;
}

describe("safetensors", () => {
  it("gives back what was stored", () => {
    fc.assert(
      fc.property(files, (file) => {
        const { arrays, metadata } = decodeSafetensors(encodeSafetensors(file), "x");
        expect(arrays).toEqual(file.arrays);
        expect(metadata).toEqual(file.metadata);
      }),
      { seed: 1, numRuns: 100 },
    );
  });

  it("has the same bytes whatever the order, and the format's layout", () => {
    const other = encodeSafetensors({
      metadata: { note: "x" },
      arrays: { a: int32([4, 5], [1, 2]), b: float32([1, 2, 3], [3]) },
    });
    expect(other).toEqual(sample);
    const length = Number(new DataView(sample.buffer).getBigUint64(0, true));
    expect(length % 8).toBe(0);
    expect(JSON.parse(new TextDecoder().decode(sample.subarray(8, 8 + length)))).toEqual({
      __metadata__: { note: "x" },
      a: { dtype: "I32", shape: [1, 2], data_offsets: [0, 8] },
      b: { dtype: "F32", shape: [3], data_offsets: [8, 20] },
    });
    expect([...new Float32Array(sample.slice(8 + length + 8).buffer)]).toEqual([1, 2, 3]);
  });

  it("refuses a file cut off anywhere", () => {
    for (let end = 0; end < sample.length; end++)
      expect(() => decodeSafetensors(sample.subarray(0, end), "cut"), `${end} bytes`).toThrow(InputError);
  });

  const entry = { dtype: "F32", shape: [2], data_offsets: [0, 8] };
  it.each<[string, unknown]>([
    ["no JSON", "{"],
    ["a header that is a number", 3],
    ["an entry that is null", { a: null }],
    ["an entry that is a string", { a: "F32" }],
    ["an unknown type", { a: { ...entry, dtype: "I64" } }],
    ["half numbers of another size than the shape", { a: { ...entry, dtype: "F16" } }],
    ["a type that every object has", { a: { ...entry, dtype: "constructor" } }],
    ["a negative dimension", { a: { ...entry, shape: [-2] } }],
    ["a fractional dimension", { a: { ...entry, shape: [0.5, 4] } }],
    ["a shape that is not a list", { a: { ...entry, shape: 2 } }],
    ["a shape without offsets", { a: { dtype: "F32", shape: [2] } }],
    ["a huge shape", { a: { ...entry, shape: [1e9, 1e9] } }],
    ["offsets past the end", { a: { ...entry, data_offsets: [8, 16] } }],
    ["negative offsets", { a: { ...entry, data_offsets: [-8, 0] } }],
    ["offsets of text", { a: { ...entry, data_offsets: ["0", "8"] } }],
    ["offsets of another size than the shape", { a: { ...entry, data_offsets: [0, 4] } }],
    ["metadata that are null", { __metadata__: null, a: entry }],
    ["metadata that are numbers", { __metadata__: { run: 3 }, a: entry }],
  ])("refuses %s", (_, header) => {
    expect(() => decodeSafetensors(withHeader(header), "hostile.safetensors")).toThrow(InputError);
    expect(() => decodeSafetensors(withHeader(header), "hostile.safetensors")).toThrow(
      /^hostile.safetensors: /,
    );
  });

  it.each<[string, number[], number[]]>([
    // 1, −2, 65504 (the largest), 2⁻²⁴ (the smallest); numpy's own bytes.
    ["F16", [0x00, 0x3c, 0x00, 0xc0, 0xff, 0x7b, 0x01, 0x00], [1, -2, 65504, 2 ** -24]],
    ["BF16", [0x80, 0x3f, 0x49, 0x40, 0x00, 0xc0, 0x00, 0x00], [1, 3.140625, -2, 0]],
    ["F64", [0x18, 0x2d, 0x44, 0x54, 0xfb, 0x21, 0x09, 0x40], [Math.fround(Math.PI)]],
  ])("reads %s as float32", (dtype, body, expected) => {
    const bytes = withHeader({ a: { dtype, shape: [expected.length], data_offsets: [0, 8] } });
    bytes.set(body, bytes.length - 8);
    const { dtype: read, data } = decodeSafetensors(bytes, "x").arrays.a;
    expect([read, ...data]).toEqual(["float32", ...expected]);
  });

  it("refuses a header length beyond the file, and takes a plain header", () => {
    const bytes = withHeader({ a: entry });
    expect(decodeSafetensors(bytes, "x").arrays.a.shape).toEqual([2]);
    new DataView(bytes.buffer).setBigUint64(0, 2n ** 63n, true);
    expect(() => decodeSafetensors(bytes, "x")).toThrow(InputError);
  });

  it("never fails otherwise than by an InputError, whatever byte is changed", () => {
    fc.assert(
      fc.property(fc.nat(sample.length - 1), fc.nat(255), (at, value) => {
        const changed = Uint8Array.from(sample);
        changed[at] = value;
        try {
          decodeSafetensors(changed, "x");
        } catch (error) {
          expect(error).toBeInstanceOf(InputError);
        }
      }),
      { seed: 1, numRuns: 500 },
    );
  });
});
