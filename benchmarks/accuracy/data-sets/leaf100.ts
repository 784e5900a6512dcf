/** One-hundred plant species leaves (Mallah, Cope and Orwell, 2013): a mask image and three feature vectors per leaf. */

import { join } from "node:path";
import { encodePng, readBytes, readJson, writeDataFolder } from "../files.js";
import { missingModalityRows } from "../missing-modalities.js";
import type { BenchmarkDataSet } from "../types.js";

interface Index {
  samplesPerClass: number;
  image: { h: number };
  features: { columns: [name: string, from: number, size: number][] };
  classes: { species: string; split: string }[];
}

/** Linear encoders, initialised as orthogonal projections. */
const encoders = {
  contour: { name: "linear" },
  margin: { name: "linear" },
  texture: { name: "linear" },
} as const;

/** `shape` is not a valid name of a modality. */
const modalityName = (view: string) => (view === "shape" ? "contour" : view);

/** Its texture features lack one leaf, so rows of different features do not correspond. */
const EXCLUDED = "Acer Campestre";

export const leaf100: BenchmarkDataSet = {
  name: "leaf100",
  description: `Species are split by genus. ${EXCLUDED} is excluded, since its texture features are incomplete. \`contour\` is the data set's \`shape\`.`,
  async convert(from, to) {
    const { samplesPerClass, image, features, classes } = readJson<Index>(join(from, "index.json"));
    const masks = readBytes(join(from, "images64.u8.gz"));
    const featureBytes = readBytes(join(from, "features.f32.gz"));
    const width = features.columns.reduce((sum, [, , size]) => sum + size, 0);
    const featuresOf = (row: number, start: number, size: number) =>
      Array.from({ length: size }, (_, k) => featureBytes.readFloatLE(4 * (row * width + start + k)));
    const leaves = classes.flatMap(({ species, split }, c) =>
      Array.from({ length: samplesPerClass }, (_, k) => ({
        species,
        split,
        k,
        row: c * samplesPerClass + k,
      })),
    );
    const included = leaves.filter(({ species }) => species !== EXCLUDED);
    const file = (row: number) => `${String(row).padStart(4, "0")}.png`;
    const media: [string, Buffer][] = [];
    for (const { row } of included) media.push([file(row), await encodePng(masks, row, image.h, 1)]);
    const rows = included.map(({ species, split, k, row }) => ({
      id: `${species}/${k + 1}`,
      label: species,
      split,
      image_file_name: `media.tar/${file(row)}`,
      ...Object.fromEntries(
        features.columns.map(([name, start, size]) => [modalityName(name), featuresOf(row, start, size)]),
      ),
    }));
    const views = features.columns.map(([name]) => [modalityName(name), { kind: "vector" }]);
    const modalities = { image: { kind: "image", size: 32 }, ...Object.fromEntries(views) };
    await writeDataFolder(
      to,
      { name: this.name, licence: "UCI, not stated in the set", modalities },
      rows,
      media,
    );
  },
  runs: [
    {
      name: "views",
      description:
        "Four modalities, each with its own prediction (product of experts). The image encoder is first trained alone with " +
        "prototypical networks; then `plda` is fitted in closed form on the train species, without further steps, so that a " +
        "missing modality contributes a likelihood ratio of 1. Histograms are square-rooted. `2 modalities missing` removes " +
        "two modalities, drawn by seed, from every example of support and query. Way, queries and steps were chosen on " +
        "validation species, with one seed.",
      pretraining: {
        modalities: ["image"],
        width: 64,
        augment: true,
        episode: { way: 40, shot: 1, query: 5 },
        train: { steps: 600, metaBatch: 1, learningRate: 0.003, evalEvery: 100, evalEpisodes: 60 },
      },
      recipe: {
        modalities: ["image", "contour", "margin", "texture"],
        encoders,
        learner: { name: "plda" },
        fusion: "product-of-experts",
        auxiliary: "none",
        train: { steps: 0 },
      },
      evaluations: [
        {
          name: "20-way 1-shot",
          flags: { way: 20, shot: 1 },
          target: {
            accuracy: 0.97,
            otherRow: { name: "2 modalities missing", untrained: "untrained, 2 modalities missing" },
          },
          additionalRows: (model, options) => missingModalityRows(model, options, 2),
        },
      ],
    },
  ],
};
