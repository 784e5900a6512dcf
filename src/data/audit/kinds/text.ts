/**
 * Compares texts. Features are words, word pairs and character n-grams (3 to 5), weighted by tf-idf (Spärck Jones, 1972) and
 * hashed; the distance is by the Jaccard index of words and of 3-grams (Broder, 1997), ignoring case and punctuation.
 */

import { readFile } from "./files.js";
import { addHashed } from "./hashing.js";
import type { Comparer } from "./types.js";

const width = 1024;
const words = /[\p{L}\p{M}\p{N}]+/gu;
/** Length of the compared part of a text, in characters. */
const longest = 20_000;

/** The words of a text, in lower case, without punctuation. */
export const wordsOf = (text: string): string[] =>
  text.normalize("NFKC").toLowerCase().slice(0, longest).match(words) ?? [];

function featuresOf(text: string): Map<string, number> {
  const counts = new Map<string, number>();
  const add = (feature: string) => counts.set(feature, (counts.get(feature) ?? 0) + 1);
  let before = "";
  for (const word of wordsOf(text)) {
    add(word);
    add(`${before} ${word}`);
    before = word;
    const marked = `<${word}>`;
    for (let n = 3; n <= 5; n++)
      for (let i = 0; i + n <= marked.length; i++) add(`#${marked.slice(i, i + n)}`);
  }
  return counts;
}

/** The character 3-grams of a text's words. */
function shingles(text: string): Set<string> {
  const joined = ` ${wordsOf(text).join(" ")} `;
  return new Set(Array.from({ length: Math.max(0, joined.length - 2) }, (_, i) => joined.slice(i, i + 3)));
}

export const text: Comparer<string> = {
  read: readFile,
  content: (text) => text,
  features(texts) {
    const counted = texts.map(featuresOf);
    const having = new Map<string, number>();
    for (const counts of counted)
      for (const feature of counts.keys()) having.set(feature, (having.get(feature) ?? 0) + 1);
    const data = new Float32Array(texts.length * width);
    for (const [i, counts] of counted.entries())
      for (const [feature, count] of counts) {
        const rarity = Math.log((1 + texts.length) / having.get(feature)!);
        addHashed(data.subarray(i * width, (i + 1) * width), feature, (1 + Math.log(count)) * rarity);
      }
    return { data, width };
  },
  distance(a, b) {
    const [first, second] = [shingles(a), shingles(b)];
    let both = 0;
    for (const shingle of first) if (second.has(shingle)) both++;
    return 1 - both / Math.max(1, first.size + second.size - both);
  },
  near: 0.25,
};
