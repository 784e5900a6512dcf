/** Arrays of inputs and labels (NumPy, IDX) as records: pictures, vectors or texts, one a row of the first axis. */

import { InputError } from "../../base/errors.js";
import type { DatasetCard } from "../card.js";
import type { RawRecord } from "../rows.js";
import type { Split } from "../types.js";

/** Numbers or texts of a shape, the last axis fastest. */
export interface NamedArray {
  /** What errors call it: `mnist.npz/x_train`. */
  readonly where: string;
  readonly shape: readonly number[];
  readonly data: ArrayLike<number> | readonly string[];
  /** Whether the numbers are bytes, which are pixels as they are. */
  readonly isBytes: boolean;
}

interface Pair {
  readonly inputs: NamedArray;
  readonly labels?: NamedArray;
  readonly split?: Split;
}

/** The records of inputs and their labels. Labels of whole numbers are classes unless the card says regression. */
export function arrayRecords({ inputs, labels, split }: Pair, card: DatasetCard): RawRecord[] {
  const rows = inputs.shape[0] ?? 0;
  const count = labels?.shape[0] ?? rows;
  if (labels && (count !== rows || labels.data.length !== rows))
    throw bad(labels.where, `its shape is [${labels.shape}], and that of ${inputs.where} [${inputs.shape}]`);
  const [field, rowValue] = readerOf(inputs);
  const values = labels?.data as ArrayLike<unknown> | undefined;
  const isWhole = values !== undefined && Array.from(values).every((label) => Number.isInteger(label));
  const labelOf = (i: number): unknown => {
    const label = values?.[i];
    return typeof label === "number" && isWhole && card.task !== "regression" ? String(label) : label;
  };
  return Array.from({ length: rows }, (_, i) => ({
    where: `${inputs.where}:${i + 1}`,
    id: `${inputs.where}:${i + 1}`,
    fields: { ...(split && { split }), ...(labels && { label: labelOf(i) }), [field]: rowValue(i) },
  }));
}

/** What a row of an array is, and its value: 2 axes are vectors, 3 and 4 pictures, 1 texts. */
function readerOf({
  where,
  shape,
  data,
  isBytes,
}: NamedArray): [field: string, value: (row: number) => unknown] {
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
  const scale = isBytes || largest(numbers) > 1 ? 1 : 255;
  return [
    "image",
    (i) => {
      const pixels = row(i);
      const plane = height * width;
      const at = isFirst
        ? (k: number) => pixels[(k % channels) * plane + Math.floor(k / channels)]
        : (k: number) => pixels[k];
      const bytes = Uint8ClampedArray.from({ length: pixels.length }, (_, k) => at(k) * scale);
      return { width, height, channels, data: bytes };
    },
  ];
}

function largest(numbers: ArrayLike<number>): number {
  let most = 0;
  for (let i = 0; i < numbers.length; i++) most = Math.max(most, numbers[i]);
  return most;
}

const bad = (where: string, problem: string) =>
  new InputError({
    code: "data/bad-array",
    where,
    problem,
    expected:
      "inputs of shape [rows, length], [rows, height, width] or [rows, height, width, channels], and as many labels",
    remedy: "Save them again in that shape (reshape), or write metadata.jsonl.",
  });
