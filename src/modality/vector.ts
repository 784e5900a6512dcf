/**
 * The vector kind: lists of numbers of one length, encoded as float32 `[length]`; measurements, or precomputed embeddings.
 * x = (value − mean) / std with the statistics of the train rows. `standardise: true` uses one std per dimension, for
 * dimensions with different units (a constant dimension is only centred); `"whole"` uses one std for all, the root of the mean
 * variance, for dimensions of one unit, which preserves relative distances; `false` does nothing.
 *
 * `root` applies sign(value) √|value| first (Perronnin, Sánchez, Mensink, 2010): distances between histograms become
 * Hellinger distances, in which large bins do not dominate. If all train rows are histograms (non-negative, of equal sum),
 * `root` and `"whole"` are the default. Augmentation adds normal noise of a tenth of the root mean square of the vector.
 */

import { z } from "zod";
import { InputError } from "../base/errors.js";
import { describe, type Modality, type ModalitySpec, type Sample, shown } from "./modality.js";
import { parseOptions } from "./options.js";

/** The value of a vector modality. */
export type Vector = readonly number[] | Float32Array | Float64Array;

/** `shape` is `[length]`; `mean` and `std` are per dimension, of the square roots with `root`; 0 and 1 without standardisation. */
export interface VectorSpec extends ModalitySpec {
  readonly kind: "vector";
  readonly shape: readonly [length: number];
  readonly mean: readonly number[];
  readonly std: readonly number[];
  readonly root?: boolean;
}

const schema = z.strictObject({
  standardise: z
    .union([z.boolean(), z.literal("whole")])
    .optional()
    .describe('true, false or "whole"'),
  root: z.boolean().optional().describe("true or false"),
});

/** Options: `standardise` (true; "whole" for histograms) and `root` (false; true for histograms). The length is that of the train rows. */
export const vector: Modality<VectorSpec> = {
  spec: z
    .strictObject({
      kind: z.literal("vector"),
      shape: z.tuple([z.int().min(1)]).readonly(),
      mean: z.array(z.number()).readonly(),
      std: z.array(z.number().positive()).readonly(),
      root: z.boolean().optional(),
    })
    .refine(({ shape: [length], mean, std }) => mean.length === length && std.length === length, {
      message: "mean and std need one number per dimension",
    }),

  check: checkVector,
  sizeOf: (value) => ({ of: "numbers", size: (value as Vector).length }),

  async plan(samples, options, where) {
    const chosen = parseOptions(schema, options, where);
    const vectors = samples.map(({ value, where }) => {
      checkVector(value, where);
      return value;
    });
    const [{ length }] = vectors;
    for (const [i, value] of vectors.entries())
      if (value.length !== length) throw otherLength(samples[i].where, value.length, length, samples[0]);
    const areHistograms = vectors.every(isHistogram) && oneSum(vectors);
    const { root = areHistograms, standardise = areHistograms ? "whole" : true } = chosen;
    const scales = standardise
      ? scalesOf(root ? vectors.map((vector) => Float64Array.from(vector, rootOf)) : vectors)
      : Array.from(vectors[0], () => ({ mean: 0, std: 1 }));
    const whole = Math.sqrt(scales.reduce((sum, { std }) => sum + std * std, 0) / length) || 1;
    return {
      kind: "vector",
      shape: [length],
      mean: scales.map(({ mean }) => mean),
      std: scales.map(({ std }) => (standardise === "whole" ? whole : std || 1)),
      ...(root && { root }),
    };
  },

  async encode(value, { shape: [length], mean, std, root }, where) {
    checkVector(value, where);
    if (value.length !== length) throw otherLength(where, value.length, length);
    const scaled = new Float32Array(length);
    for (let k = 0; k < length; k++) scaled[k] = ((root ? rootOf(value[k]) : value[k]) - mean[k]) / std[k];
    return scaled;
  },

  augment(array, _, random) {
    const size = Math.sqrt(array.reduce((sum, x) => sum + x * x, 0) / array.length);
    for (let k = 0; k < array.length; k++) array[k] += 0.1 * size * random.normal();
  },
};

function checkVector(value: unknown, where: string): asserts value is Vector {
  const fail = (problem: string) => {
    throw new InputError({
      code: "vector/bad-value",
      where,
      problem,
      expected: "a list of at least one number, each finite and in the range of float32",
      remedy: "Correct the numbers, or leave the field out if there are none.",
    });
  };
  if (!(Array.isArray(value) || value instanceof Float32Array || value instanceof Float64Array))
    return fail(`${describe(value)} is not a list of numbers`);
  if (value.length === 0) fail("the list is empty");
  for (let k = 0; k < value.length; k++)
    if (typeof value[k] !== "number" || !Number.isFinite(Math.fround(value[k])))
      fail(`number ${k} is ${shown(value[k])}`);
}

const rootOf = (x: number) => Math.sign(x) * Math.sqrt(Math.abs(x));

const sumOf = (vector: Vector) => (vector as readonly number[]).reduce((sum, x) => sum + x, 0);

/** Whether a vector may be a histogram: at least two numbers, none negative, not all 0. */
const isHistogram = (vector: Vector) =>
  vector.length > 1 && (vector as readonly number[]).every((x) => x >= 0) && sumOf(vector) > 0;

/** Whether there are several vectors, of equal sum up to rounding. */
function oneSum(vectors: readonly Vector[]): boolean {
  const sums = vectors.map(sumOf);
  return vectors.length > 1 && sums.every((sum) => Math.abs(sum - sums[0]) <= 1e-3 * sums[0]);
}

/** Mean and standard deviation per dimension; the latter is 0 for constant dimensions. */
const scalesOf = (vectors: readonly Vector[]): { mean: number; std: number }[] =>
  Array.from(vectors[0], (first, k) => {
    const mean = vectors.reduce((sum, vector) => sum + vector[k], 0) / vectors.length;
    const squares = vectors.reduce((sum, vector) => sum + (vector[k] - mean) ** 2, 0);
    const varies = vectors.some((vector) => vector[k] !== first);
    return { mean, std: varies ? Math.sqrt(squares / vectors.length) : 0 };
  });

const otherLength = (where: string, length: number, expected: number, first?: Sample) =>
  new InputError({
    code: "vector/length",
    where,
    problem: `the vector has ${length} numbers`,
    expected: `${expected}, as ${first ? `in ${first.where}` : "the model was trained on"}`,
    remedy: "Correct the row; all vectors of a modality have the same length.",
  });
