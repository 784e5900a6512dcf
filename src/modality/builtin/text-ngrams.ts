/**
 * The n-grams of a text as one vector: features hashed to buckets (Weinberger, Dasgupta, Langford, Smola, Attenberg, 2009).
 *
 * Features are the words, pairs of words next to each other, and n-grams of `LEAST` to `MOST` characters of a word with its
 * boundaries (../text/ngrams.ts). A Chinese or Japanese character is a word of its own, since these scripts have no spaces.
 * A feature with n occurrences adds 1 + ln n to bucket fnv1a(feature) mod 4,096; the vector is scaled to unit length.
 * The inverse document frequency (Spärck Jones, 1972) is a property of a task's examples and is applied later.
 */

import { fnv1a } from "../../base/hash.js";
import { unitsOf, wordsOf } from "../text/ngrams.js";

/** Length of the vector. */
export const NGRAM_BUCKETS = 4096;
const LEAST = 3;
const MOST = 5;

const ideographs = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]\p{M}*/gu;

/** The vector of a text `[4096]`, of unit length; zeros for a text without visible characters. */
export function ngramVector(text: string): Float32Array {
  const weights = new Map<number, number>();
  for (const [feature, n] of countNgrams(text)) {
    const bucket = fnv1a(feature) % NGRAM_BUCKETS;
    weights.set(bucket, (weights.get(bucket) ?? 0) + 1 + Math.log(n));
  }
  const vector = new Float32Array(NGRAM_BUCKETS);
  const length = Math.hypot(...weights.values());
  for (const [bucket, weight] of weights) vector[bucket] = weight / length;
  return vector;
}

/** The number of occurrences of each feature. */
function countNgrams(text: string): Map<string, number> {
  const counts = new Map<string, number>();
  const add = (feature: string) => counts.set(feature, (counts.get(feature) ?? 0) + 1);
  let previous = "";
  for (const word of wordsOf(text.replaceAll(ideographs, " $& "))) {
    const units = unitsOf(word);
    const whole = units.join("");
    add(whole);
    if (previous) add(previous + whole);
    previous = whole;
    const starts = [0];
    for (const unit of units) starts.push(starts[starts.length - 1] + unit.length);
    for (let n = LEAST; n <= Math.min(MOST, units.length - 1); n++)
      for (let i = 0; i + n <= units.length; i++) add(whole.slice(starts[i], starts[i + n]));
  }
  return counts;
}
