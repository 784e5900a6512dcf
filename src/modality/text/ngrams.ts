/**
 * Text as counted features: its words and their character n-grams, in any script.
 *
 * Text is folded as Unicode's NFKC_Casefold does, but for full case folding (ß stays ß): compatibility forms, lower case,
 * no ignorable characters (joiners, variation selectors). A word is a run of letters, marks and digits; every other sign
 * that can be seen (punctuation, an emoji) is a word of its own. Its characters are what is seen as one, a code point with
 * the marks on it, so that no n-gram parts a letter from its accent or vowel sign. N-grams know where a word begins and
 * ends (Bojanowski, Grave, Joulin, Mikolov, 2017), and the whole word is one of its features.
 */

/** Marks of a word's begin and end, which no folded word contains. */
const [BEGIN, END] = ["\u0002", "\u0003"];

const words = /[\p{L}\p{M}\p{N}]+|[^\p{L}\p{M}\p{N}\p{Z}\p{C}]/gu;
const characters = /\P{M}\p{M}*|^\p{M}+/gu;

const fold = (text: string): string =>
  text
    .normalize("NFKC")
    .toLowerCase()
    .replaceAll(/\p{Default_Ignorable_Code_Point}/gu, "")
    .normalize("NFKC");

/** How often each feature occurs in `text`: words, and n-grams of `least` to `most` characters. In order of first use. */
export function countFeatures(
  text: string,
  [least, most]: readonly [least: number, most: number],
): Map<string, number> {
  const counts = new Map<string, number>();
  const add = (feature: string) => counts.set(feature, (counts.get(feature) ?? 0) + 1);
  for (const [word] of fold(text).matchAll(words)) {
    const marked = [BEGIN, ...(word.match(characters) ?? []), END];
    add(marked.join(""));
    for (let n = least; n <= Math.min(most, marked.length - 1); n++)
      for (let i = 0; i + n <= marked.length; i++) add(marked.slice(i, i + n).join(""));
  }
  return counts;
}
