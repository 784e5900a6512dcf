/**
 * The built-in encoders of texts, which are read as the text kind reads them:
 *
 * - `network` `[512]`, unit length: the Universal Sentence Encoder Lite (Cer et al., 2018) on the first 128 tokens
 *   (pieces.ts). It was trained on English; for a text that it cannot read (`isReadable`) there is no such vector.
 * - `ngrams` `[4096]`, unit length: hashed words and character n-grams of any script (text-ngrams.ts).
 *
 * Texts with as many tokens run together and without padding, so that the vector of a text does not depend on the others.
 */

import { utf8Bytes } from "../../base/bytes.js";
import { readText } from "../text/text.js";
import { hasEncoder, readEncoder } from "./files.js";
import { BuiltinNetwork } from "./network.js";
import { PieceTokenizer, parsePieces, type Tokens } from "./pieces.js";
import { NGRAM_BUCKETS, ngramVector } from "./text-ngrams.js";
import type { BuiltinEmbeddings, BuiltinKind } from "./types.js";

const FILE = "text.onnx";
const VOCABULARY = "text-vocabulary.tsv";
const WIDTH = 512;
const MAX_TOKENS = 128;
/** Of longer texts, the tokenizer reads this many characters, more than `MAX_TOKENS` pieces have. */
const MAX_CHARACTERS = 1 << 14;
/** Tokens per run of the network. */
const BATCH_TOKENS = 512;

export const text: BuiltinKind = {
  kind: "text",
  version: 1,
  encoders: [
    { name: "network", length: WIDTH, files: [FILE, VOCABULARY] },
    { name: "ngrams", length: NGRAM_BUCKETS },
  ],

  async contents(value, where) {
    const contents = await readText(value, where);
    return { bytes: utf8Bytes(contents), value: contents, where };
  },

  async embed(contents) {
    const texts = contents.map(({ value }) => value as string);
    const vectors = await networkVectors(texts);
    return texts.map((each, i): BuiltinEmbeddings => {
      const ngrams = ngramVector(each);
      return vectors[i] ? { network: vectors[i], ngrams } : { ngrams };
    });
  },
};

/**
 * Whether the network can read a text: at least half of its visible characters are in the network's vocabulary, and at least
 * half of its letters are Latin, since of other scripts the vocabulary has single letters only.
 */
export async function isReadable(text: string): Promise<boolean> {
  return reads(text, (await tokenizer()).encode(text.slice(0, MAX_CHARACTERS)));
}

function reads(text: string, { characters, unknown }: Tokens): boolean {
  const start = text.slice(0, MAX_CHARACTERS);
  const letters = start.match(/\p{L}/gu)?.length ?? 0;
  const latin = start.match(/\p{Script=Latin}/gu)?.length ?? 0;
  return characters > 0 && 2 * unknown <= characters && 2 * latin >= letters;
}

let opened: Promise<PieceTokenizer> | undefined;

/** The tokenizer of the network, opened once. */
function tokenizer(): Promise<PieceTokenizer> {
  opened ??= readEncoder(VOCABULARY).then(
    (bytes) => new PieceTokenizer(parsePieces(new TextDecoder().decode(bytes))),
  );
  opened.catch(() => {
    opened = undefined;
  });
  return opened;
}

/** The network's vector of each text; none for texts that it cannot read, and without its files. */
async function networkVectors(texts: readonly string[]): Promise<(Float32Array | undefined)[]> {
  const vectors: (Float32Array | undefined)[] = texts.map(() => undefined);
  if (!hasEncoder(FILE) || !hasEncoder(VOCABULARY)) return vectors;
  const pieces = await tokenizer();
  const byLength = new Map<number, { readonly index: number; readonly ids: readonly number[] }[]>();
  for (const [index, each] of texts.entries()) {
    const tokens = pieces.encode(each.slice(0, MAX_CHARACTERS));
    if (!reads(each, tokens)) continue;
    const ids = tokens.ids.slice(0, MAX_TOKENS);
    const alike = byLength.get(ids.length) ?? [];
    byLength.set(ids.length, alike);
    alike.push({ index, ids });
  }
  const runs = [...byLength].flatMap(([length, alike]) => {
    const size = Math.ceil(BATCH_TOKENS / length);
    return Array.from({ length: Math.ceil(alike.length / size) }, (_, i) =>
      alike.slice(i * size, (i + 1) * size),
    );
  });
  await Promise.all(
    runs.map(async (run) => {
      const embeddings = await runNetwork(run.map(({ ids }) => ids));
      for (const [row, { index }] of run.entries())
        vectors[index] = embeddings.slice(row * WIDTH, (row + 1) * WIDTH);
    }),
  );
  return vectors;
}

/** Embeddings `[texts, 512]` of texts with as many tokens. */
async function runNetwork(ids: readonly (readonly number[])[]): Promise<Float32Array> {
  const shape = [ids.length, ids[0].length];
  const feeds = {
    ids: { type: "int64", shape, data: BigInt64Array.from(ids.flat(), BigInt) },
    mask: { type: "float32", shape, data: new Float32Array(ids.length * ids[0].length).fill(1) },
  } as const;
  return (await BuiltinNetwork.of(FILE).run(feeds, "embedding")).data;
}
