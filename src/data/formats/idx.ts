/**
 * Reads IDX files, the format of MNIST: `train-images-idx3-ubyte.gz` with `train-labels-idx1-ubyte.gz`, `t10k` for test. A
 * file has two zero bytes, the number type, the number of axes, their lengths, then the numbers, all big-endian.
 */

import { readFile } from "node:fs/promises";
import { InputError } from "../../base/errors.js";
import type { DatasetCard } from "../card.js";
import { isGzip } from "../files/endings.js";
import { gunzipBounded } from "../files/gzip.js";
import type { Note } from "../notice.js";
import type { RawRecord } from "../record.js";
import type { Split } from "../splits.js";
import { arrayRecords, type NamedArray } from "./arrays.js";
import type { DataFile } from "./data-file.js";

type Read = (view: DataView, at: number) => number;
const types: Readonly<Record<number, readonly [width: number, read: Read]>> = {
  8: [1, (view, at) => view.getUint8(at)],
  9: [1, (view, at) => view.getInt8(at)],
  11: [2, (view, at) => view.getInt16(at)],
  12: [4, (view, at) => view.getInt32(at)],
  13: [4, (view, at) => view.getFloat32(at)],
  14: [8, (view, at) => view.getFloat64(at)],
};

/** The records of the IDX files of a folder: inputs, each with the labels file of the same name. */
export async function readIdx(
  files: readonly DataFile[],
  card: DatasetCard,
  note: Note,
): Promise<RawRecord[]> {
  const arrays = new Map<string, NamedArray>();
  for (const { path, where } of files) {
    const bytes = await readFile(path);
    arrays.set(where, decodeIdx(isGzip(path) ? await gunzipBounded(bytes, where) : bytes, where));
  }
  const records: RawRecord[] = [];
  const all = [...arrays.values()];
  const labels = all.filter(({ shape }) => shape.length === 1);
  const inputs = all.filter(({ shape }) => shape.length > 1);
  for (const part of new Set(inputs.map(({ where }) => stem(where)))) {
    const own = inputs.filter(({ where }) => stem(where) === part);
    const ownLabels = labels.find(({ where }) => stem(where) === part);
    const [{ where }] = own;
    if (!ownLabels) throw bad(where, "there is no file of its labels", "Add the file of labels beside it.");
    records.push(...arrayRecords({ inputs: own, labels: ownLabels, split: splitOf(where) }, card, note));
  }
  if (records.length === 0)
    throw bad(files[0].where, "it has labels and no images", "Add the file of images beside it.");
  return records;
}

/** The name that inputs and labels of a split share: `train` for `train-images-idx3-ubyte.gz`. */
const stem = (name: string) =>
  name.replace(/[-_.]?(?:images|labels|data|targets|bymerge|byclass)?[-.]idx\d-ubyte(?:\.gz)?$/i, "");

function splitOf(path: string): Split | undefined {
  const name = path.slice(path.lastIndexOf("/") + 1);
  if (/train/i.test(name)) return "train";
  if (/t10k|test/i.test(name)) return "test";
  return /val/i.test(name) ? "val" : undefined;
}

/** The array of a file. */
function decodeIdx(bytes: Uint8Array, where: string): NamedArray {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const type = bytes.length >= 4 && view.getUint16(0) === 0 ? types[bytes[2]] : undefined;
  const axes = bytes[3];
  if (!type || axes < 1 || axes > 4 || bytes.length < 4 + 4 * axes)
    throw bad(
      where,
      bytes.length === 0 ? "the file is empty" : "it is not an IDX file",
      "Download the file again.",
    );
  const shape = Array.from({ length: axes }, (_, i) => view.getUint32(4 + 4 * i));
  const [width, read] = type;
  const start = 4 + 4 * axes;
  const count = shape.reduce((product, length) => product * length, 1);
  if (start + count * width !== bytes.length)
    throw bad(
      where,
      `it has ${bytes.length} bytes, and its shape [${shape}] needs ${start + count * width}`,
      "Download the file again.",
    );
  if (bytes[2] === 8) return { where, shape, data: bytes.subarray(start), isBytes: true };
  const data = Float64Array.from({ length: count }, (_, i) => read(view, start + i * width));
  return { where, shape, data, isBytes: false };
}

const bad = (where: string, problem: string, remedy: string) =>
  new InputError({
    code: "data/bad-idx",
    where,
    problem,
    expected:
      "IDX files of images and of labels: train-images-idx3-ubyte and train-labels-idx1-ubyte, compressed (.gz) or not",
    remedy,
  });
