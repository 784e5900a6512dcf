/**
 * Counts the features of a text: its words and their character n-grams, in any script.
 *
 * Text is normalised as by Unicode's NFKC_Casefold, except for full case folding (ß stays ß): compatibility forms, lower case,
 * no ignorable characters (joiners, variation selectors). A word is a run of letters, marks and digits; every other visible
 * character (punctuation, an emoji) is a word of its own. N-grams are of grapheme-like units, a code point with its combining
 * marks, so that none separates a letter from its accent or vowel sign. They include the boundaries of a word (Bojanowski,
 * Grave, Joulin, Mikolov, 2017), and the whole word is a feature as well.
 */

/** Word boundaries, which no normalised word contains. */
const [BEGIN, END] = ["\u0002", "\u0003"];

const words = /[\p{L}\p{M}\p{N}]+|[^\p{L}\p{M}\p{N}\p{Z}\p{C}]/gu;
const characters = /\P{M}\p{M}*|^\p{M}+/gu;

const fold = (text: string): string =>
  text
    .normalize("NFKC")
    .toLowerCase()
    .replaceAll(/\p{Default_Ignorable_Code_Point}/gu, "")
    .normalize("NFKC");

/** The words of a text, normalised. */
export const wordsOf = (text: string): string[] => fold(text).match(words) ?? [];

/** The units of n-grams of a word: its characters with their combining marks, between its boundaries. */
export const unitsOf = (word: string): string[] => [BEGIN, ...(word.match(characters) ?? []), END];

/** The number of occurrences of each feature of a text, in order of first use: words, and n-grams of `least` to `most` characters. */
export function countFeatures(
  text: string,
  [least, most]: readonly [least: number, most: number],
): Map<string, number> {
  const counts = new Map<string, number>();
  const add = (feature: string) => counts.set(feature, (counts.get(feature) ?? 0) + 1);
  for (const word of wordsOf(text)) {
    const units = unitsOf(word);
    add(units.join(""));
    for (let n = least; n <= Math.min(most, units.length - 1); n++)
      for (let i = 0; i + n <= units.length; i++) add(units.slice(i, i + n).join(""));
  }
  return counts;
}
