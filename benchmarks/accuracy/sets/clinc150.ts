/** CLINC150 (Larson et al., 2019): what users of an assistant say, by what they intend. */

import { join } from "node:path";
import { jsonOf, writeFolder } from "../folder.js";
import { against } from "../rival.js";
import { sentenceEncoder } from "../sentence-encoder/index.js";
import { tfIdf } from "../tf-idf.js";
import type { AccuracyRun, AccuracySet } from "../types.js";

type Said = [text: string, intent: string][];
interface Splits {
  intents: Record<"train" | "val" | "test", string[]>;
}

/** How the runs learn. */
const learned: AccuracyRun["recipe"] = {
  learner: { name: "nearest-centroid" },
  augment: true,
  episode: { way: 40, shot: 1, query: 4 },
  train: { steps: 90, metaBatch: 1, learningRate: 0.001, evalEvery: 30, evalEpisodes: 300 },
};

export const clinc150: AccuracySet = {
  name: "clinc150",
  about:
    "Intents are split by whole domains: 90 for training, 15 for validation, 45 for test. All 150 texts of an intent are " +
    "used, from every part of the original; out-of-scope texts are not. `sentence` is a copy of the text for a second " +
    "encoder.",
  async convert(from, to) {
    const parts = jsonOf<Record<"train" | "val" | "test", Said>>(join(from, "clinc150.json.gz"));
    const { intents } = jsonOf<Splits>(join(from, "fewshot_split.json"));
    const splitOf = new Map(
      Object.entries(intents).flatMap(([split, names]) => names.map((name) => [name, split] as const)),
    );
    const rows = (["train", "val", "test"] as const).flatMap((part) =>
      parts[part].map(([text, intent], i) => ({
        id: `${part}/${i}`,
        label: intent,
        split: splitOf.get(intent),
        text,
        sentence: text,
      })),
    );
    const modalities = { text: { kind: "text" }, sentence: { kind: "text" } };
    const card = { name: this.name, licence: "CC BY 3.0", modalities };
    await writeFolder(to, card, rows);
  },
  runs: [
    {
      name: "text",
      about:
        "N-gram embeddings initialised as a random projection of tf-idf, compared by cosine similarity, against nearest " +
        "centroids of tf-idf on the same episodes. The step was selected on the single validation domain, which is weak " +
        "evidence for other domains. The run with intent names as label shots uses more information than the target allows.",
      recipe: {
        modalities: ["text"],
        encoders: { text: { name: "ngrams", hidden: 0 } },
        width: 1024,
        ...learned,
      },
      evaluations: [
        {
          name: "5-way 1-shot",
          flags: { way: 5, shot: 1 },
          target: { stated: 0.85, above: ["tf-idf"] },
          besides: against("tf-idf", tfIdf),
        },
        { name: "5-way 1-shot and names", flags: { way: 5, shot: 1, "label-shots": 1 } },
      ],
    },
    {
      name: "text+sentence",
      about:
        "The n-grams fused with a pretrained sentence encoder: Universal Sentence Encoder Lite, from an npm package with the " +
        "Apache-2.0 licence, converted to ONNX. It was trained on English text, so the untrained row already reaches the " +
        "stated figure; training contributes the difference. The fusion was chosen on the validation domain, with one seed.",
      encoder: sentenceEncoder,
      recipe: {
        encoders: {
          text: { name: "ngrams", hidden: 0 },
          sentence: { name: "pretrained", model: sentenceEncoder.model },
        },
        width: 1024,
        fusion: "product-of-experts",
        auxiliary: "none",
        ...learned,
      },
      withUnimodal: true,
      evaluations: [
        {
          name: "5-way 1-shot",
          flags: { way: 5, shot: 1 },
          target: { stated: 0.85, floor: false, above: ["alone", "untrained", "tf-idf"] },
          besides: against("tf-idf", tfIdf),
        },
      ],
    },
  ],
};
