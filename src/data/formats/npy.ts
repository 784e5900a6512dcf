/**
 * Reads NumPy's `.npy` files (format versions 1 to 3): magic bytes, the length of the header, the header (a Python dictionary
 * of `descr`, `fortran_order` and `shape`), then the values. Implemented here, since the maintained packages do not validate
 * the header.
 */

import { sizeOf } from "../../base/array.js";
import { InputError } from "../../base/errors.js";
import { float16, float64, type NumberFormat } from "../../base/floats.js";

const formats: Readonly<Record<string, NumberFormat>> = {
  "<f2": float16,
  "<f4": { width: 4, read: (view, at) => view.getFloat32(at, true) },
  "<f8": float64,
  ...integers({ u1: "Uint8", i1: "Int8", u2: "Uint16", i2: "Int16", u4: "Uint32", i4: "Int32" }),
  "<u8": { width: 8, read: (view, at) => Number(view.getBigUint64(at, true)) },
  "<i8": { width: 8, read: (view, at) => Number(view.getBigInt64(at, true)) },
  "|b1": { width: 1, read: (view, at) => view.getUint8(at) },
};

/** Little-endian integers by NumPy's type name. */
function integers(
  names: Readonly<Record<string, "Uint8" | "Int8" | "Uint16" | "Int16" | "Uint32" | "Int32">>,
): Record<string, NumberFormat> {
  return Object.fromEntries(
    Object.entries(names).map(([name, kind]) => {
      const width = Number(name[1]);
      const read = (view: DataView, at: number) => view[`get${kind}`](at, true);
      return [`${width === 1 ? "|" : "<"}${name}`, { width, read }];
    }),
  );
}

/** An array in row-major order: numbers, bytes, or texts. */
interface NpyArray {
  readonly shape: number[];
  readonly data: Float64Array | Uint8Array | string[];
  readonly isBytes: boolean;
}

/** Decode an array. @throws {InputError} data/bad-npy for a truncated file, or another type such as Python objects */
export function decodeNpyArray(bytes: Uint8Array, where: string): NpyArray {
  const { descr, isByColumn, shape, body, bad } = headerOf(bytes, where);
  const count = sizeOf(shape);
  const text = /^(?:<U|\|S)(\d+)$/.exec(descr);
  const format = Object.hasOwn(formats, descr) ? formats[descr] : undefined;
  if (!text && !format) return bad(`its values are of type ${descr}`);
  const width = text ? Number(text[1]) * (descr[1] === "U" ? 4 : 1) : (format?.width ?? 1);
  if (body.length !== count * width)
    bad(`it has ${body.length} bytes of values, and its shape (${shape}) needs ${count * width}`);
  const view = new DataView(body.buffer, body.byteOffset, body.byteLength);
  const position = isByColumn ? byRows(shape) : (i: number) => i;
  if (text)
    return {
      shape,
      isBytes: false,
      data: Array.from({ length: count }, (_, i) => textAt(view, position(i) * width, width, descr[1])),
    };
  if (descr === "|u1" && !isByColumn) return { shape, isBytes: true, data: body };
  const read = (i: number) => format?.read(view, position(i) * width) ?? Number.NaN;
  return { shape, isBytes: descr === "|u1", data: Float64Array.from({ length: count }, (_, i) => read(i)) };
}

/** The position in a column-major array of the i-th value in row-major order. */
function byRows(shape: readonly number[]): (i: number) => number {
  return (i) => {
    let [at, rest, stride] = [0, i, sizeOf(shape)];
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      stride /= shape[axis];
      at += (rest % shape[axis]) * stride;
      rest = Math.floor(rest / shape[axis]);
    }
    return at;
  };
}

/** A text of fixed width, without its zero padding. */
function textAt(view: DataView, at: number, width: number, kind: string): string {
  const codes = Array.from({ length: kind === "U" ? width / 4 : width }, (_, i) =>
    kind === "U" ? view.getUint32(at + 4 * i, true) : view.getUint8(at + i),
  );
  const end = codes.findLastIndex((code) => code !== 0) + 1;
  return codes
    .slice(0, end)
    .map((code) => (code <= 0x10ffff ? String.fromCodePoint(code) : "\ufffd"))
    .join("");
}

/** Decode an array of numbers as float32. */
export function decodeNpy(bytes: Uint8Array, where: string): { shape: number[]; data: Float32Array } {
  const { shape, data } = decodeNpyArray(bytes, where);
  if (Array.isArray(data)) return headerOf(bytes, where).bad("its values are texts");
  return { shape, data: Float32Array.from(data) };
}

/** The header of a file, and the bytes after it. */
function headerOf(bytes: Uint8Array, where: string) {
  const bad = (problem: string): never => {
    throw new InputError({
      code: "data/bad-npy",
      where,
      problem,
      expected: "a complete .npy file of numbers or texts",
      remedy: "Write it again: numpy.save(path, vectors.astype('float32')).",
    });
  };
  const isNpy = bytes.length >= 12 && Buffer.from(bytes.subarray(0, 6)).toString("latin1") === "\x93NUMPY";
  if (!isNpy) bad(bytes.length === 0 ? "the file is empty" : "it is not an .npy file");
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const start = bytes[6] === 1 ? 10 : 12;
  const length = bytes[6] === 1 ? view.getUint16(8, true) : view.getUint32(8, true);
  const header = Buffer.from(bytes.subarray(start, start + length)).toString("latin1");
  const { descr, order, dims } =
    /'descr':\s*'(?<descr>[^']*)'.*'fortran_order':\s*(?<order>True|False).*'shape':\s*\((?<dims>[\d, ]*)\)/s.exec(
      header,
    )?.groups ?? bad("the header cannot be read");
  const shape = dims.split(",").flatMap((size) => (size.trim() ? [Number(size)] : []));
  return { descr, isByColumn: order === "True", shape, body: bytes.subarray(start + length), bad };
}
