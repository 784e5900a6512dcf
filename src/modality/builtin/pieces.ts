/**
 * Splits a text into the pieces of a unigram vocabulary, as SentencePiece does (Kudo, 2018): of all ways to write the text
 * as pieces, the one with the largest sum of their log-probabilities, found by dynamic programming (Viterbi, 1967).
 *
 * The text is normalised by NFKC without ignorable characters (joiners, variation selectors), runs of white space become one
 * space, and each word begins with "▁" in place of the space before it. A character that begins no piece is unknown; unknown
 * characters in a row are one token. As in the Universal Sentence Encoder's own tokenizer, of two equally probable ways the
 * one with the shorter last piece is used.
 */

/** A piece and its log-probability; its position in the vocabulary is its id. */
export type Piece = readonly [piece: string, logProbability: number];

/** The vocabulary in a table with a line per piece: the piece, a tab, its log-probability. */
export const parsePieces = (table: string): Piece[] =>
  table
    .trimEnd()
    .split("\n")
    .map((line) => line.split("\t"))
    .map(([piece, logProbability]) => [piece, Number(logProbability)]);

/** Id of unknown characters. The ids up to `RESERVED` are control symbols, which no text contains. */
const UNKNOWN = 0;
const RESERVED = 6;
const SPACE = "\u2581";

/** Token ids of a text. */
export interface Tokens {
  readonly ids: readonly number[];
  /** Characters of the normalised text without spaces, and how many of these are unknown. */
  readonly characters: number;
  readonly unknown: number;
}

/** Pieces that begin with the symbols on the way from the root. */
interface Prefix {
  readonly next: Map<string, Prefix>;
  id?: number;
}

export class PieceTokenizer {
  readonly #root: Prefix = { next: new Map() };

  constructor(readonly vocabulary: readonly Piece[]) {
    for (const [id, [piece]] of vocabulary.entries()) {
      if (id < RESERVED) continue;
      let prefix = this.#root;
      for (const symbol of piece) {
        const known = prefix.next.get(symbol) ?? { next: new Map() };
        prefix.next.set(symbol, known);
        prefix = known;
      }
      // Of equal pieces, the last one is used.
      prefix.id = id;
    }
  }

  /** The tokens of a text; none if it is blank. */
  encode(text: string): Tokens {
    const normal = text.normalize("NFKC").replaceAll(/\p{Default_Ignorable_Code_Point}/gu, "");
    const words = normal.trim().split(/\s+/u);
    const symbols = words[0] === "" ? [] : Array.from(SPACE + words.join(SPACE));
    const { ids, unknown } = this.#best(symbols);
    return { ids, characters: symbols.filter((each) => each !== SPACE).length, unknown };
  }

  /** The most probable pieces of a text, given as code points. */
  #best(symbols: readonly string[]): { ids: number[]; unknown: number } {
    const { length } = symbols;
    // Of the best way to write the first n symbols: its log-probability, and the id and start of its last piece.
    const scores = new Float64Array(length + 1).fill(Number.NEGATIVE_INFINITY);
    const last = new Int32Array(length + 1);
    const starts = new Int32Array(length + 1);
    scores[0] = 0;
    const reach = (start: number, end: number, id: number, logProbability: number) => {
      const score = scores[start] + logProbability;
      if (score < scores[end]) return;
      scores[end] = score;
      last[end] = id;
      starts[end] = start;
    };
    for (let start = 0; start < length; start++) {
      let isKnown = false;
      let prefix = this.#root.next.get(symbols[start]);
      for (let end = start + 1; prefix; prefix = prefix.next.get(symbols[end++]))
        if (prefix.id !== undefined) {
          isKnown = true;
          reach(start, end, prefix.id, this.vocabulary[prefix.id][1]);
        }
      if (!isKnown) reach(start, start + 1, UNKNOWN, 0);
    }
    return wayBack(last, starts);
  }
}

/** The ids of a lattice's best path, with unknown tokens in a row merged, and their number before. */
function wayBack(last: Int32Array, starts: Int32Array): { ids: number[]; unknown: number } {
  const ids: number[] = [];
  let unknown = 0;
  for (let end = last.length - 1; end > 0; end = starts[end]) {
    if (last[end] === UNKNOWN) unknown++;
    if (last[end] !== UNKNOWN || ids.at(-1) !== UNKNOWN) ids.push(last[end]);
  }
  return { ids: ids.reverse(), unknown };
}
