/** Untrained encoders that keep what their inputs say: distances, and the cosines of tf-idf. */

import { expect, it } from "vitest";
import { type Arrays, float32, type NDArray } from "../base/array.js";
import { random } from "../base/random.js";
import { Engine, type Tensor, type Tensors } from "../engine/index.js";
import { type ModalityKind, type ModalitySpec, modalities } from "../modality/index.js";
import { encoderFor, encoderMethodOf } from "./index.js";

const engine = new Engine({ threads: 1 });

/** The values as arrays, what an untrained encoder makes of them, and their plan. */
async function untrained(kind: ModalityKind, values: unknown[], name: string, width: number, options = {}) {
  const samples = values.map((value, i) => ({ value, where: `row ${i}` }));
  const spec = await modalities[kind].plan(samples, options, "test");
  const arrays = await Promise.all(
    samples.map(({ value, where }) => modalities[kind].encode(value, spec, where)),
  );
  const { features } = await encode(spec, name, width, arrays, "given");
  return { spec, arrays, features };
}

async function encode(
  spec: ModalitySpec,
  name: string,
  width: number,
  arrays: Float32Array[],
  use: "given" | "measured",
) {
  const encoder = encoderFor({ name, ...encoderMethodOf(name).options.parse({}) }, spec, "test");
  const x = float32(
    arrays.flatMap((array) => [...array]),
    [arrays.length, ...spec.shape],
  );
  const counts = float32(Array(arrays.length).fill(1), [arrays.length]);
  const fn = (p: Tensors, s: Tensors, of: Tensor, who: Tensor) =>
    encoder.encode(p, of, s, { use, mask: who }) as unknown as Tensors;
  const args: Arrays[] = [encoder.init(spec, width, random(1)), encoder.initState(spec, width), x, counts];
  const { features } = (await engine.compile(fn as never, args as never).run(args)) as {
    features: NDArray;
  };
  return { features: rowsOf(features, width) };
}

const rowsOf = ({ data }: NDArray, width: number) =>
  Array.from({ length: data.length / width }, (_, i) => [...data.slice(i * width, (i + 1) * width)]);
const dot = (a: ArrayLike<number>, b: ArrayLike<number>) =>
  Array.from(a).reduce((sum, x, k) => sum + x * b[k], 0);
const distance = (a: ArrayLike<number>, b: ArrayLike<number>) =>
  Math.sqrt(Array.from(a).reduce((sum, x, k) => sum + (x - b[k]) ** 2, 0));

const draw = random(3, "vectors");
const vectors = Array.from({ length: 6 }, () => Array.from({ length: 20 }, () => draw.normal()));

it.each([20, 33])("linear keeps all distances at a width of %i for vectors of 20", async (width) => {
  const { arrays, features } = await untrained("vector", vectors, "linear", width);
  for (let i = 1; i < 6; i++)
    expect(distance(features[0], features[i])).toBeCloseTo(distance(arrays[0], arrays[i]), 4);
});

it("linear keeps squared lengths in the mean where the width is less", async () => {
  const many = Array.from({ length: 200 }, () => Array.from({ length: 20 }, () => draw.normal()));
  const { arrays, features } = await untrained("vector", many, "linear", 8);
  const mean = (of: ArrayLike<number>[]) => of.reduce((sum, row) => sum + dot(row, row), 0) / of.length;
  expect(Math.abs(mean(features) / mean(arrays) - 1)).toBeLessThan(0.1);
});

it("ngrams has the cosines of tf-idf, within what a projection to the width allows", async () => {
  const texts = ["change the oil of my car", "oil change for a car", "how old are you", "what is your age"];
  const { spec, arrays, features } = await untrained("text", texts, "ngrams", 256, { buckets: 512 });
  const [, length] = spec.shape;
  const sparse = arrays.map((array) => {
    const dense = new Float64Array((spec as unknown as { idf: number[] }).idf.length);
    for (let i = 0; i < length; i++) dense[array[i]] += array[length + i];
    return dense;
  });
  for (let i = 0; i < 4; i++)
    for (let j = 0; j < i; j++) {
      const [a, b] = [features[i], features[j]];
      const cosine = dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b));
      expect(Math.abs(cosine - dot(sparse[i], sparse[j]))).toBeLessThan(4 / Math.sqrt(256));
    }
});

it("columns says the same of a table in other units, with constant columns and columns that it lacks", async () => {
  const names = ["a", "b", "c", "d", "e"];
  const cells = (row: number[]) => Object.fromEntries(row.map((x, c) => [names[c], x]));
  const plan = { columns: names, standardise: false };
  const plain = vectors.map((row) => cells(row.slice(0, 3)));
  const other = vectors.map(([a, b, c]) => cells([1e6 + 1e5 * a, 1e-3 * b, 7 - 20 * c, 5]));
  const full = [...vectors.map((row) => cells(row.slice(0, 5))), ...plain, ...other];
  const { spec, arrays } = await untrained("tabular", full, "columns", 16, plan);
  const of = async (from: number) =>
    (await encode(spec, "columns", 16, arrays.slice(from, from + 6), "measured")).features;
  const [first, second] = [await of(6), await of(12)];
  for (let i = 1; i < 6; i++)
    expect(distance(first[0], first[i])).toBeCloseTo(distance(second[0], second[i]), 2);
});
