/**
 * Thirteen short seeded trainings that between them use every family of learners, every fusion, every alignment and every
 * auxiliary objective, on data made here. A change that should leave behaviour alone leaves their weights' bytes alone.
 */

import { random } from "../../src/base/random.js";
import { createDataset, type Dataset, type Example, type RecipeInput, type Split } from "../../src/index.js";

const words = ["round", "long", "red", "flat", "old", "soft", "tall", "blue", "thin"];
const splits: readonly Split[] = [
  ...Array(8).fill("train"),
  ...Array(4).fill("val"),
  ...Array(4).fill("test"),
];

/** Example `i` of class `k`; every fifth lacks its image, the next its text. */
function example(k: number, i: number): Example {
  const r = random(7, "digest", k, i);
  const data = Uint8Array.from({ length: 256 }, (_, at) => ((at >> 4) % (k + 2) ? 40 : 200) + r.integer(40));
  return {
    split: splits[k],
    label: `${words[k % 9]} ${words[(4 * k + 1) % 9]} ${k}`,
    group: `group ${(k + i) % 4}`,
    ...(i % 5 === 3 ? {} : { image: { width: 16, height: 16, channels: 1, data } }),
    ...(i % 5 === 4 ? {} : { text: `${words[k % 9]} ${words[(k * i) % 9]} ${words[r.integer(9)]}` }),
    vector: [Math.sin(k) + r.uniform() / 4, Math.cos(2 * k), (k + i) / 9],
  };
}

const modalities = {
  image: { kind: "image", size: 16 },
  text: { kind: "text", buckets: 256 },
} as const;

export const classes: Dataset = createDataset({
  name: "digests",
  examples: splits.flatMap((_, k) => Array.from({ length: 8 }, (_, i) => example(k, i))),
  modalities,
});

/** Groups of numbers: y is a line in the vector whose slope is the group's. */
export const numbers: Dataset = createDataset({
  name: "digest numbers",
  modalities: { row: { kind: "tabular", columns: ["a", "b"] } },
  examples: splits.flatMap((split, g) =>
    Array.from({ length: 12 }, (_, i): Example => {
      const r = random(8, "digest numbers", g, i);
      const x = [r.uniform(), r.uniform() - 0.5];
      return { split, group: `group ${g}`, label: x[0] * (g - 6) + x[1], vector: x, a: x[1], b: i % 3 };
    }),
  ),
});

type Training = Omit<RecipeInput, "data" | "from"> & {
  /** Trains on {@link numbers}. */
  readonly numbers?: true;
  /** Trains on all classes at once, without episodes. */
  readonly wholeSet?: true;
};

export const trainings: Readonly<Record<string, Training>> = {
  prototypical: { learner: "prototypical", fusion: "product-of-experts", auxiliary: "unimodal" },
  matching: { learner: "matching", fusion: "gated", alignment: "mean", auxiliary: { name: "cross" } },
  relation: { learner: "relation", fusion: "attention", alignment: "infonce", auxiliary: "masked" },
  ridge: { learner: "ridge", fusion: "concatenation", alignment: "gcca", auxiliary: "dropout" },
  svm: { learner: "svm", fusion: "film", alignment: "procrustes", auxiliary: "distillation" },
  plda: { learner: "plda", fusion: "fixed", alignment: "siglip" },
  maml: { learner: { name: "maml", innerSteps: 2 }, fusion: "multiplicative", auxiliary: "balance" },
  cavia: { learner: { name: "cavia", innerSteps: 2 }, fusion: "low-rank", alignment: "triplet" },
  reptile: {
    learner: { name: "reptile", innerSteps: 3 },
    fusion: "learned",
    alignment: "dgcca",
    train: { optimizer: "sgd", learningRate: 0.5 },
  },
  "set-transformer": { learner: "set-transformer", fusion: "cross-attention", augment: true },
  supervised: { wholeSet: true, learner: "supervised", fusion: "tensor" },
  regression: { numbers: true, learner: { name: "maml++", innerSteps: 2 }, fusion: "gated" },
  am3: { learner: "gda", fusion: "am3", episode: { labelShots: 1 } },
};
