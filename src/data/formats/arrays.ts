/** Converts arrays of inputs and labels (NumPy, IDX) to records: images, vectors or texts, one per row of the first axis. */

import { InputError } from "../../base/errors.js";
import type { DatasetCard } from "../card.js";
import type { Note } from "../notice.js";
import type { RawRecord } from "../record.js";
import type { Split } from "../splits.js";

/** An array in row-major order. */
export interface NamedArray {
  /** The name of the array in errors: `mnist.npz/x_train`. */
  readonly where: string;
  readonly shape: readonly number[];
  readonly data: ArrayLike<number> | readonly string[];
  /** Whether the values are bytes, which need no scaling as pixels. */
  readonly isBytes: boolean;
}

interface Part {
  /** One or more arrays, of different modalities. */
  readonly inputs: readonly NamedArray[];
  readonly labels?: NamedArray;
  readonly split?: Split;
}

/** The records of inputs and their labels, one per row. Integer labels are classes unless the card states regression. */
export function arrayRecords({ inputs, labels, split }: Part, card: DatasetCard, note: Note): RawRecord[] {
  const [first, ...others] = inputs;
  const rows = first.shape[0] ?? 0;
  for (const other of others) if ((other.shape[0] ?? 0) !== rows) throw otherLength(other, first);
  if (labels && ((labels.shape[0] ?? rows) !== rows || labels.data.length !== rows))
    throw otherLength(labels, first);
  const fields = fieldsOf(inputs, note);
  const values = labels?.data as ArrayLike<unknown> | undefined;
  const isWhole = values !== undefined && Array.from(values).every((label) => Number.isInteger(label));
  const labelOf = (i: number): unknown => {
    const label = values?.[i];
    return typeof label === "number" && isWhole && card.task !== "regression" ? String(label) : label;
  };
  return Array.from({ length: rows }, (_, i) => ({
    source: { file: first.where, line: i + 1 },
    id: `${first.where}:${i + 1}`,
    fields: { ...(split && { split }), ...(labels && { label: labelOf(i) }), ...fields(i) },
  }));
}

/** A function from a row index to the fields of the row. @throws {InputError} for two arrays of one field */
function fieldsOf(inputs: readonly NamedArray[], note: Note): (row: number) => Record<string, unknown> {
  const readers = new Map<string, (row: number) => unknown>();
  const names = new Map<string, string>();
  for (const array of inputs) {
    const [field, value] = readerOf(array, note);
    const other = names.get(field);
    if (other !== undefined) throw twice(array.where, field, other);
    names.set(field, array.where);
    readers.set(field, value);
  }
  return (row) => Object.fromEntries([...readers].map(([field, value]) => [field, value(row)]));
}

/** The field of an array, and a function from a row index to its value: 1 axis is texts, 2 vectors, 3 and 4 images. */
function readerOf(array: NamedArray, note: Note): [field: string, value: (row: number) => unknown] {
  const { where, shape, data } = array;
  if (shape.length === 1 && typeof data[0] === "string") return ["text", (i) => data[i]];
  if (typeof data[0] === "string") throw bad(where, `it holds texts of shape [${shape}]`);
  const numbers = data as ArrayLike<number>;
  const size = shape.slice(1).reduce((product, length) => product * length, 1);
  const row = (i: number) => Array.prototype.slice.call(numbers, i * size, (i + 1) * size) as number[];
  if (shape.length === 2) return ["vector", (i) => Float32Array.from(row(i))];
  if (shape.length !== 3 && shape.length !== 4) throw bad(where, `its shape is [${shape}]`);
  const isFirst = shape.length === 4 && [1, 3].includes(shape[1]) && ![1, 3, 4].includes(shape[3]);
  const [height, width] = isFirst ? [shape[2], shape[3]] : [shape[1], shape[2]];
  const channels = shape.length === 3 ? 1 : isFirst ? shape[1] : shape[3];
  if (![1, 3, 4].includes(channels)) throw bad(where, `its shape is [${shape}]`);
  const byteOf = byteReader(array, numbers, note);
  return [
    "image",
    (i) => {
      const pixels = row(i);
      const plane = height * width;
      const at = isFirst
        ? (k: number) => pixels[(k % channels) * plane + Math.floor(k / channels)]
        : (k: number) => pixels[k];
      const bytes = Uint8ClampedArray.from({ length: pixels.length }, (_, k) => byteOf(at(k)));
      return { width, height, channels, data: bytes };
    },
  ];
}

/** A function that scales pixel values to 0–255, from 0–255, 0–1 or −1–1. */
function byteReader({ where, isBytes }: NamedArray, numbers: ArrayLike<number>, note: Note) {
  if (isBytes) return (value: number) => value;
  const [least, most] = rangeOf(numbers);
  if (least >= 0 && most <= 1) return (value: number) => 255 * value;
  if (least >= 0 && most <= 255) return (value: number) => value;
  if (!(least >= -1 && most <= 1)) throw badPixels(where, least, most);
  note({ code: "arrays/pixels", where, text: "read the pixels, which are from -1 to 1, as from 0 to 255" });
  return (value: number) => 127.5 * (value + 1);
}

/** The minimum and maximum of the numbers and 0; NaN if one of them is. */
function rangeOf(numbers: ArrayLike<number>): [least: number, most: number] {
  let [least, most] = [0, 0];
  for (let i = 0; i < numbers.length; i++) {
    least = Math.min(least, numbers[i]);
    most = Math.max(most, numbers[i]);
  }
  return [least, most];
}

const otherLength = (array: NamedArray, first: NamedArray) =>
  bad(array.where, `its shape is [${array.shape}], and that of ${first.where} [${first.shape}]`);

const twice = (where: string, field: string, other: string) =>
  new InputError({
    code: "data/modality-twice",
    where,
    problem: `its rows are of the modality "${field}", as those of ${other} are`,
    expected: "at most one array of images, one of vectors and one of texts for the same labels",
    remedy: "Remove one of the two, or write both in metadata.jsonl, with modalities of their own.",
  });

const badPixels = (where: string, least: number, most: number) =>
  new InputError({
    code: "data/bad-pixels",
    where,
    problem: `its pixels are from ${least} to ${most}`,
    expected: "pixels from 0 to 255, from 0 to 1 or from -1 to 1",
    remedy: "Scale them to bytes from 0 to 255, and save them again.",
  });

const bad = (where: string, problem: string) =>
  new InputError({
    code: "data/bad-array",
    where,
    problem,
    expected:
      "inputs of shape [rows, length], [rows, height, width] or [rows, height, width, channels], and as many labels",
    remedy: "Save them again in that shape (reshape), or write metadata.jsonl.",
  });
