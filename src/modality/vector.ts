/**
 * The vector kind: flat lists of numbers, all of one length, to float32 `[length]`; measurements, or embeddings
 * made elsewhere. Each dimension is standardised by the train rows, x = (value − mean) / std, unless
 * `standardise: false`; one that never varies there is only shifted. Augmented, normal noise of a tenth of the vector's own
 * size is added.
 */

import { z } from "zod";
import { InputError } from "../base/errors.js";
import { describe, type Modality, type ModalitySpec, type Sample, shown } from "./modality.js";
import { parseOptions } from "./options.js";

/** What a vector modality takes. */
export type Vector = readonly number[] | Float32Array | Float64Array;

/** `shape` is `[length]`; `mean` and `std` are a number a dimension, 0 and 1 where values stay as they are. */
export interface VectorSpec extends ModalitySpec {
  readonly kind: "vector";
  readonly shape: readonly [length: number];
  readonly mean: readonly number[];
  readonly std: readonly number[];
}

const schema = z.strictObject({ standardise: z.boolean().default(true).describe("true or false") });

/** Options: `standardise` (true). The length is that of the train rows. */
export const vector: Modality<VectorSpec> = {
  spec: z
    .strictObject({
      kind: z.literal("vector"),
      shape: z.tuple([z.int().min(1)]).readonly(),
      mean: z.array(z.number()).readonly(),
      std: z.array(z.number().positive()).readonly(),
    })
    .refine(({ shape: [length], mean, std }) => mean.length === length && std.length === length, {
      message: "mean and std need a number a dimension",
    }),

  check: checkVector,

  async plan(samples, options, where) {
    const { standardise } = parseOptions(schema, options, where);
    const vectors = samples.map(({ value, where }) => {
      checkVector(value, where);
      return value;
    });
    const [{ length }] = vectors;
    for (const [i, value] of vectors.entries())
      if (value.length !== length) throw otherLength(samples[i].where, value.length, length, samples[0]);
    const dimensions = Array.from({ length }, (_, k) => k);
    const scales = dimensions.map((k) => (standardise ? scaleOf(vectors, k) : { mean: 0, std: 1 }));
    return {
      kind: "vector",
      shape: [length],
      mean: scales.map(({ mean }) => mean),
      std: scales.map(({ std }) => std),
    };
  },

  async encode(value, { shape: [length], mean, std }, where) {
    checkVector(value, where);
    if (value.length !== length) throw otherLength(where, value.length, length);
    const scaled = new Float32Array(length);
    for (let k = 0; k < length; k++) scaled[k] = (value[k] - mean[k]) / std[k];
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
      remedy: "Correct the numbers, or leave the field out where there are none.",
    });
  };
  if (!(Array.isArray(value) || value instanceof Float32Array || value instanceof Float64Array))
    return fail(`${describe(value)} is not a list of numbers`);
  if (value.length === 0) fail("the list is empty");
  for (let k = 0; k < value.length; k++)
    if (typeof value[k] !== "number" || !Number.isFinite(Math.fround(value[k])))
      fail(`number ${k} is ${shown(value[k])}`);
}

/** Mean and standard deviation of a dimension; the latter 1 where all its values are the same. */
function scaleOf(vectors: readonly Vector[], k: number): { mean: number; std: number } {
  const mean = vectors.reduce((sum, vector) => sum + vector[k], 0) / vectors.length;
  const squares = vectors.reduce((sum, vector) => sum + (vector[k] - mean) ** 2, 0);
  const varies = vectors.some((vector) => vector[k] !== vectors[0][k]);
  return { mean, std: varies ? Math.sqrt(squares / vectors.length) || 1 : 1 };
}

const otherLength = (where: string, length: number, expected: number, first?: Sample) =>
  new InputError({
    code: "vector/length",
    where,
    problem: `the vector has ${length} numbers`,
    expected: `${expected}, as ${first ? `in ${first.where}` : "the model was trained on"}`,
    remedy: "Correct the row; all vectors of a modality have one length.",
  });
