/**
 * NumPy's `.npy` files of numbers (format versions 1 to 3), as float32: a magic word, the length of a header, the header
 * (a Python dictionary of `descr`, `fortran_order` and `shape`), then the numbers, row after row. Read here because it is
 * thirty lines, and the kept packages trust the header.
 */

import { sizeOf } from "../base/array.js";
import { InputError } from "../base/errors.js";
import { float16, float64, type NumberFormat, widen } from "../base/floats.js";

const formats: Readonly<Record<string, NumberFormat>> = {
  "<f2": float16,
  "<f4": { width: 4, read: (view, at) => view.getFloat32(at, true) },
  "<f8": float64,
};

/** The array of a file; an `InputError` at `where` for one that is cut off or not of little-endian floats by rows. */
export function decodeNpy(bytes: Uint8Array, where: string): { shape: number[]; data: Float32Array } {
  const bad = (problem: string): never => {
    throw new InputError({
      code: "data/bad-npy",
      where,
      problem,
      expected: "a complete .npy file of float16, float32 or float64 numbers",
      remedy: "Write it again: numpy.save(path, vectors.astype('float32')).",
    });
  };
  const isNpy = bytes.length >= 12 && Buffer.from(bytes.subarray(0, 6)).toString("latin1") === "\x93NUMPY";
  if (!isNpy) bad(bytes.length === 0 ? "the file is empty" : "it is no .npy file");
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const start = bytes[6] === 1 ? 10 : 12;
  const length = bytes[6] === 1 ? view.getUint16(8, true) : view.getUint32(8, true);
  const header = Buffer.from(bytes.subarray(start, start + length)).toString("latin1");
  const { descr, order, dims } =
    /'descr':\s*'(?<descr>[^']*)'.*'fortran_order':\s*(?<order>True|False).*'shape':\s*\((?<dims>[\d, ]*)\)/s.exec(
      header,
    )?.groups ?? bad("the header cannot be read");
  const format = Object.hasOwn(formats, descr) ? formats[descr] : bad(`its numbers are of type ${descr}`);
  if (order === "True") bad("its numbers are in columns (fortran_order)");
  const shape = dims.split(",").flatMap((size) => (size.trim() ? [Number(size)] : []));
  const body = bytes.subarray(start + length);
  if (body.length !== sizeOf(shape) * format.width)
    bad(
      `it has ${body.length} bytes of numbers, and its shape (${dims}) needs ${sizeOf(shape) * format.width}`,
    );
  const data = new Float32Array(sizeOf(shape));
  widen(body, format, data);
  return { shape, data };
}
