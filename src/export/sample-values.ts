/** Arrays of examples that a modality's encoder can take, drawn at random from a fixed seed, for golden inputs. */

import { sizeOf } from "../base/array.js";
import { type Random, random } from "../base/random.js";
import {
  isBuiltin,
  isFrozen,
  type ModalitySpec,
  modalityOf,
  type TabularSpec,
  type TextSpec,
} from "../modality/index.js";

const words =
  "red green blue white round long small large sweet sour leaf petal stone river cloud bird".split(" ");

/** The array of one example, of `spec.shape`. */
export async function sampleValue(spec: ModalitySpec, ...name: (string | number)[]): Promise<Float32Array> {
  const drawn = random(0, "golden", ...name);
  if (isFrozen(spec) || isBuiltin(spec)) return normals(spec, drawn);
  if (spec.kind === "text") return sentence(spec as TextSpec, drawn);
  if (spec.kind === "tabular") return cells(spec as TabularSpec, drawn);
  return normals(spec, drawn);
}

const normals = ({ shape }: ModalitySpec, drawn: Random) =>
  Float32Array.from({ length: sizeOf(shape) }, () => drawn.normal());

/** The n-grams of a sentence of five words. */
const sentence = (spec: TextSpec, drawn: Random) =>
  modalityOf("text", "golden inputs").encode(drawn.sample(words, 5).join(" "), spec, "golden inputs");

/** A row of standard normal numbers and known categories. */
function cells({ shape: [, count], columns }: TabularSpec, drawn: Random): Float32Array {
  const array = new Float32Array(3 * count).fill(1, count, 2 * count);
  for (const [c, column] of columns.entries())
    if (!("values" in column)) array[c] = drawn.normal();
    else if (column.values.length > 0)
      array[2 * count + c] = column.first + drawn.integer(column.values.length);
  return array;
}
