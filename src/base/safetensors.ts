/**
 * Read and write safetensors: an 8-byte little-endian length, a JSON header, then the arrays' bytes. Written here
 * because it is thirty lines, and the kept JavaScript packages either only read or carry a tensor library. The
 * header's keys are sorted, so equal contents are equal bytes. Numbers of F16, BF16 and F64 are read as float32.
 */

import { allocate, byteWidth, type DType, type NDArray, sizeOf } from "./array.js";
import { InputError } from "./errors.js";
import { bfloat16, float16, float64, type NumberFormat, widen } from "./floats.js";

const names: Record<DType, string> = { float32: "F32", int32: "I32", bool: "BOOL" };
const dtypes = Object.fromEntries(Object.entries(names).map(([dtype, name]) => [name, dtype as DType]));

/** What is only read, as float32. */
const others: Readonly<Record<string, NumberFormat>> = { F16: float16, BF16: bfloat16, F64: float64 };

/** Arrays by name, and strings about them. */
interface TensorFile {
  readonly arrays: Readonly<Record<string, NDArray>>;
  readonly metadata: Readonly<Record<string, string>>;
}

/** The bytes of a safetensors file. */
export function encodeSafetensors({ arrays, metadata }: TensorFile): Uint8Array {
  const header: Record<string, unknown> = {};
  const sorted = Object.keys(arrays).sort();
  if (Object.keys(metadata).length > 0)
    header.__metadata__ = Object.fromEntries(Object.entries(metadata).sort(([a], [b]) => (a < b ? -1 : 1)));
  let end = 0;
  for (const name of sorted) {
    const { dtype, shape, data } = arrays[name];
    header[name] = { dtype: names[dtype], shape, data_offsets: [end, end + data.byteLength] };
    end += data.byteLength;
  }
  const text = new TextEncoder().encode(JSON.stringify(header));
  const padded = Math.ceil(text.length / 8) * 8;
  const bytes = new Uint8Array(8 + padded + end);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(padded), true);
  bytes.fill(0x20, 8, 8 + padded);
  bytes.set(text, 8);
  let at = 8 + padded;
  for (const name of sorted) {
    const { data } = arrays[name];
    bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), at);
    at += data.byteLength;
  }
  return bytes;
}

/** The contents of a safetensors file; `where` names it in errors. */
export function decodeSafetensors(bytes: Uint8Array, where: string): TensorFile {
  const bad = (problem: string): never => {
    throw new InputError({
      code: "model/bad-tensors",
      where,
      problem,
      expected: "a complete safetensors file",
      remedy: "Copy it again from its source, or make it again.",
    });
  };
  if (bytes.length < 8) bad(`the file has ${bytes.length} bytes`);
  const length = Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true));
  if (8 + length > bytes.length) bad(`the header needs ${length} bytes and the file has ${bytes.length}`);
  const header = parseHeader(bytes.subarray(8, 8 + length)) ?? bad("the header is not JSON");
  const { __metadata__: metadata = {}, ...entries } = header as Record<string, never>;
  if (typeof metadata !== "object" || !Object.values(metadata ?? { no: 0 }).every(isString))
    bad("the metadata are not strings by name");
  const arrays: Record<string, NDArray> = {};
  const body = bytes.subarray(8 + length);
  const spans: number[][] = [];
  for (const [name, entry] of Object.entries(entries)) {
    const {
      dtype,
      shape,
      data_offsets: offsets,
    } = (entry ?? {}) as { dtype: string; shape: number[]; data_offsets: number[] };
    const other = Object.hasOwn(others, dtype) ? others[dtype] : undefined;
    if (!other && !Object.hasOwn(dtypes, dtype)) bad(`array "${name}" has element type ${dtype}`);
    const known = other ? "float32" : dtypes[dtype];
    if (!areCounts(shape) || !areCounts(offsets)) bad(`array "${name}" has no proper shape`);
    const [start, end] = offsets;
    if (end - start !== sizeOf(shape) * (other?.width ?? byteWidth[known]) || end > body.length)
      bad(`array "${name}" is cut off or has another size than its shape`);
    spans.push(offsets);
    const array = allocate({ dtype: known, shape });
    const from = body.subarray(start, end);
    if (other) widen(from, other, array.data as Float32Array);
    else new Uint8Array(array.data.buffer).set(from);
    arrays[name] = array;
  }
  // Each byte of the body belongs to one array; a key that is there twice leaves bytes over.
  let covered = 0;
  for (const [start, end] of spans.sort(([a, b], [c, d]) => a - c || b - d)) {
    if (start !== covered) bad(start < covered ? "its arrays overlap" : "it has bytes of no array");
    covered = end;
  }
  if (covered !== body.length) bad("it has bytes of no array");
  return { arrays, metadata };
}

const isString = (value: unknown) => typeof value === "string";
const areCounts = (value: unknown) =>
  Array.isArray(value) && value.every((n) => Number.isSafeInteger(n) && n >= 0);

function parseHeader(bytes: Uint8Array): object | undefined {
  try {
    const header = JSON.parse(new TextDecoder().decode(bytes));
    return typeof header === "object" && header !== null ? header : undefined;
  } catch {
    return undefined;
  }
}
