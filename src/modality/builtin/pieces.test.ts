import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { goldenTexts } from "../../../encoders/build/golden/text.js";
import { readEncoder } from "./files.js";
import { type Piece, PieceTokenizer, parsePieces } from "./pieces.js";

const reserved = ["<unk>", "<s>", "</s>", "1", "2", "3"].map((name): Piece => [name, 0]);
const tokenizerOf = (pieces: readonly Piece[]) => new PieceTokenizer([...reserved, ...pieces]);
const encode = (text: string, pieces: readonly Piece[]) => tokenizerOf(pieces).encode(text);

const letters = ["\u2581", "a", "b", "c"].map((letter): Piece => [letter, -4]);
const pieces: readonly Piece[] = [...letters, ["ab", -5], ["bc", -5], ["\u2581a", -5], ["abc", -14]];
const idOf = (piece: string) => reserved.length + pieces.findIndex(([each]) => each === piece);

describe("a text", () => {
  it("becomes its most probable pieces", () => {
    // ▁a bc has −10; ▁ abc, ▁ ab c and ▁a b c have −18, −13 and −13.
    expect(encode("abc", pieces).ids).toEqual([idOf("\u2581a"), idOf("bc")]);
    expect(encode("b", pieces).ids).toEqual([idOf("\u2581"), idOf("b")]);
  });

  it("is normalised: compatibility forms, ignorable characters, and white space of any kind and length", () => {
    const { ids } = encode("a b", pieces);
    expect(encode("a\u00ad\u200d b\ufe0f", pieces)).toEqual(encode("a b", pieces));
    expect(encode("  ａ \n\t b ", pieces).ids).toEqual(ids);
    expect(ids).toEqual(["\u2581a", "\u2581", "b"].map(idOf));
  });

  it("has one token for unknown characters in a row, and counts them", () => {
    expect(encode("aжжb", pieces)).toEqual({
      ids: [idOf("\u2581a"), 0, idOf("b")],
      characters: 4,
      unknown: 2,
    });
    expect(encode("🙂", pieces)).toEqual({ ids: [idOf("\u2581"), 0], characters: 1, unknown: 1 });
  });

  it("has no tokens if it is blank", () => {
    for (const blank of ["", "  \n"])
      expect(encode(blank, pieces)).toEqual({ ids: [], characters: 0, unknown: 0 });
  });

  it("never contains control symbols", () => {
    expect(encode("<s>", pieces).ids).toEqual([idOf("\u2581"), 0]);
  });
});

it("uses the last of equal pieces", () => {
  expect(encode("a", [...pieces, ["\u2581a", -1]]).ids).toEqual([reserved.length + pieces.length]);
});

it("finds the best of all ways to write a text", () => {
  const ways = (rest: string): number =>
    rest === ""
      ? 0
      : Math.max(
          ...pieces.flatMap(([piece, score]) =>
            rest.startsWith(piece) ? [score + ways(rest.slice(piece.length))] : [],
          ),
        );
  fc.assert(
    fc.property(fc.array(fc.constantFrom("a", "b", "c"), { minLength: 1, maxLength: 8 }), (symbols) => {
      const { ids } = encode(symbols.join(""), pieces);
      const found = ids.map((id) => pieces[id - reserved.length]);
      expect(found.map(([piece]) => piece).join("")).toBe(`\u2581${symbols.join("")}`);
      expect(found.reduce((sum, [, score]) => sum + score, 0)).toBeCloseTo(ways(`\u2581${symbols.join("")}`));
    }),
  );
});

it("gives the tokens of the Universal Sentence Encoder's own tokenizer", async () => {
  const vocabulary = parsePieces(new TextDecoder().decode(await readEncoder("text-vocabulary.tsv")));
  expect(vocabulary).toHaveLength(8000);
  const tokenizer = new PieceTokenizer(vocabulary);
  for (const { text, ids } of goldenTexts) expect(tokenizer.encode(text).ids, text).toEqual(ids);
});
