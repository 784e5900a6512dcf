/**
 * The text kind: strings of any script, encoded as float32 `[2, features]`: hash buckets, and their weights.
 *
 * Words and character n-grams (ngrams.ts) are hashed into buckets (Weinberger, Dasgupta, Langford, Smola, Attenberg, 2009), so
 * that there is no vocabulary and no unknown word. A bucket with n occurrences has the weight (1 + ln n) · idf,
 * idf = 1 + ln((1 + texts) / (1 + texts with it)) over the train rows (Spärck Jones, 1972); the weights of a text are scaled to
 * unit length. A text with more than `features` buckets keeps those of largest weight; one with fewer is padded with weight 0.
 * Augmentation drops each feature with a probability of 0.3.
 */

import { z } from "zod";
import { InputError } from "../../base/errors.js";
import { fnv1a } from "../../base/hash.js";
import { describe, Media, type Modality, type ModalitySpec } from "../modality.js";
import { parseOptions } from "../options.js";
import { checkTextHead, decodeTextFile, headBytes } from "./file.js";
import { countFeatures } from "./ngrams.js";

/** The value of a text modality: a string, or a text file. */
export type TextValue = string | Media;

/** `shape` is `[2, features]`; `ngrams` are the smallest and largest n; `idf` has one number per bucket. */
export interface TextSpec extends ModalitySpec {
  readonly kind: "text";
  readonly shape: readonly [channels: 2, features: number];
  readonly ngrams: readonly [least: number, most: number];
  readonly idf: readonly number[];
}

const size = z.int().min(1).max(8);
const ngrams = z.tuple([size, size]).refine(([least, most]) => least <= most, { message: "[least, most]" });
const features = z.int().min(1).max(4096);
const schema = z.strictObject({
  ngrams: ngrams.default([3, 5]).describe("[least, most], whole numbers from 1 to 8"),
  buckets: z
    .int()
    .min(16)
    .max(2 ** 20)
    .default(8192)
    .describe("a whole number from 16 to 1048576"),
  features: features.optional().describe("a whole number from 1 to 4096"),
});

/** Largest default of `features`. */
const usualFeatures = 256;
const mostCharacters = 1_000_000;
const dropped = 0.3;

/**
 * Options: `ngrams` ([3, 5]), `buckets` (8192) and `features`, by default the largest number of buckets of a train row, at
 * most 256.
 */
export const text: Modality<TextSpec> = {
  spec: z.strictObject({
    kind: z.literal("text"),
    shape: z.tuple([z.literal(2), features]).readonly(),
    ngrams: ngrams.readonly(),
    idf: z.array(z.number().positive()).min(16).readonly(),
  }),

  files: {
    extensions: ["txt"],
    folders: /^(?:texts?|txts?|captions?|transcripts?|transcriptions?|descriptions?|sentences?)$/i,
    noun: ["text", "texts"],
  },
  check: checkText,
  sizeOf: async (value) =>
    typeof value === "string"
      ? { of: "characters", size: value.length }
      : value instanceof Media
        ? { of: "bytes", size: (await value.read()).length }
        : undefined,
  checkHead: async (media, where) =>
    checkTextHead(await media.head(headBytes), `${where}, file ${media.name}`),

  async plan(samples, options, where, note) {
    const { ngrams, buckets, features } = parseOptions(schema, options, where);
    const having = new Float64Array(buckets);
    let most = 1;
    for (const { value, where } of samples) {
      const counts = countBuckets(await readText(value, where), ngrams, buckets);
      for (const bucket of counts.keys()) having[bucket]++;
      most = Math.max(most, counts.size);
    }
    if (features === undefined && most > usualFeatures)
      note?.(
        `of a text's n-grams, up to ${most}, the ${usualFeatures} of largest weight are used; \`features\` in dataset.json sets more`,
      );
    const idf = Array.from(having, (texts) =>
      Number((1 + Math.log((1 + samples.length) / (1 + texts))).toFixed(3)),
    );
    return { kind: "text", shape: [2, features ?? Math.min(most, usualFeatures)], ngrams, idf };
  },

  async encode(value, { shape: [, features], ngrams, idf }, where) {
    const counts = countBuckets(await readText(value, where), ngrams, idf.length);
    const weighed = [...counts].map(([bucket, n]) => ({ bucket, weight: (1 + Math.log(n)) * idf[bucket] }));
    const kept = weighed.sort((a, b) => b.weight - a.weight || a.bucket - b.bucket).slice(0, features);
    const length = Math.hypot(...kept.map(({ weight }) => weight));
    const out = new Float32Array(2 * features);
    for (const [i, { bucket, weight }] of kept.entries()) {
      out[i] = bucket;
      out[features + i] = weight / length;
    }
    return out;
  },

  augment(array, { shape: [, features] }, random) {
    const weights = array.subarray(features);
    const before = weights.slice();
    for (let i = 0; i < features && before[i] > 0; i++) if (random.uniform() < dropped) weights[i] = 0;
    const length = Math.hypot(...weights);
    if (length === 0) weights.set(before);
    else for (let i = 0; i < features; i++) weights[i] /= length;
  },
};

function countBuckets(text: string, ngrams: TextSpec["ngrams"], buckets: number): Map<number, number> {
  const counts = new Map<number, number>();
  for (const [feature, n] of countFeatures(text, ngrams)) {
    const bucket = fnv1a(feature) % buckets;
    counts.set(bucket, (counts.get(bucket) ?? 0) + n);
  }
  return counts;
}

function checkText(value: unknown, where: string): asserts value is TextValue {
  if (value instanceof Media) return;
  const fail = (problem: string) => {
    throw new InputError({
      code: "text/bad-value",
      where,
      problem,
      expected: `a string with at least one visible character, and at most ${mostCharacters} in all`,
      remedy: "Correct the text, or leave the field out if there is none.",
    });
  };
  if (typeof value !== "string") return fail(`${describe(value)} is not a text`);
  if (!/[^\p{Z}\p{C}\p{Default_Ignorable_Code_Point}]/u.test(value)) fail("the text is blank");
  if (value.length > mostCharacters) fail(`the text has ${value.length} characters`);
}

/** The text of a value. @throws {InputError} text/bad-value for a blank text */
export async function readText(value: unknown, where: string): Promise<string> {
  checkText(value, where);
  if (typeof value === "string") return value;
  const at = `${where}, file ${value.name}`;
  const decoded = decodeTextFile(await value.read(), at);
  checkText(decoded, at);
  return decoded;
}
