/** Emoji in eight drawing styles with English keywords; groups are vendors. */

import { join } from "node:path";
import { encodePng, readBytes, readJson, writeDataFolder } from "../files.js";
import { sentenceEncoder } from "../sentence-encoder/index.js";
import type { BenchmarkDataSet, BenchmarkEvaluation, BenchmarkRun } from "../types.js";

interface Index {
  vendors: string[];
  classes: { label: string; split: string; text: Record<string, string[]> }[];
  images: [classIndex: number, vendor: number][];
}

/** Width and height in pixels. */
const SIDE = 32;

/** The three fluent styles share their geometry, so they form one group. */
const groupOf = (vendor: string) => (vendor.startsWith("fluent") ? "fluent" : vendor);

const wordsOf = (text: string) => text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];

/** Keywords with at least one word that the label does not contain. */
function tagsOf(label: string, keywords: readonly string[]): string[] {
  const labelWords = new Set(wordsOf(label));
  return keywords.filter((keyword) => !wordsOf(keyword).every((word) => labelWords.has(word)));
}

const tagsToImageEncoders: BenchmarkRun["recipe"]["encoders"] = {
  image: { name: "conv4", channels: 32 },
  tags: { name: "ngrams", hidden: 0 },
};

/** Options shared by the runs with words in the support and images in the queries. */
const tagsToImage: BenchmarkRun["recipe"] = {
  width: 256,
  augment: true,
  learner: "matching",
  auxiliary: { name: "dropout", rate: 0.5 },
  episode: { way: 120, shot: 1, query: 1, across: "group", queryModalities: ["image"] },
  train: { steps: 200, metaBatch: 1, learningRate: 0.004, evalEvery: 200, evalEpisodes: 4 },
};

const imageQueries = (supportModalities: string): BenchmarkEvaluation => ({
  name: "5-way 1-shot",
  flags: {
    way: 5,
    shot: 1,
    across: "group",
    "support-modalities": supportModalities,
    "query-modalities": "image",
  },
  target: { accuracy: 0.4, aboveUntrained: false },
});

export const emoji: BenchmarkDataSet = {
  name: "emoji",
  description:
    "Classes are split by whole Unicode subgroups. Groups are vendors (the three fluent styles count as one), so with " +
    "`across: group` support and query have different styles. Tags are English keywords without the label and its words: " +
    "from CLDR for noto, blobmoji and fxemoji, from emojilib for the others. `sentence` is a copy of the tags for a second " +
    "encoder.",
  async convert(from, to) {
    const { vendors, classes, images } = readJson<Index>(join(from, "index.json.gz"));
    const pixels = readBytes(join(from, "images32.rgb.u8.gz"));
    const file = (i: number) => `${String(i).padStart(5, "0")}.png`;
    const media: [string, Buffer][] = [];
    for (const i of images.keys()) media.push([file(i), await encodePng(pixels, i, SIDE, 3)]);
    const rows = images.map(([c, v], i) => {
      const { label, split, text } = classes[c];
      const isCldr = ["noto", "blobmoji", "fxemoji"].includes(vendors[v]);
      const tags = tagsOf(label, isCldr ? text.en.slice(1) : (text["en-emojilib"] ?? [])).join(", ");
      return {
        id: `${label}/${vendors[v]}`,
        label,
        split,
        group: groupOf(vendors[v]),
        image_file_name: `media.tar/${file(i)}`,
        ...(tags && { tags, sentence: tags }),
      };
    });
    const card = {
      name: this.name,
      licence: "Apache-2.0, CC BY 4.0 and MIT, by vendor",
      modalities: { image: { kind: "image" }, tags: { kind: "text" }, sentence: { kind: "text" } },
    };
    await writeDataFolder(to, card, rows, media);
  },
  runs: [
    {
      name: "image",
      description: "Images only; support and query have different styles.",
      recipe: {
        modalities: ["image"],
        width: 32,
        augment: true,
        episode: { way: 20, shot: 1, query: 3, across: "group" },
        train: { steps: 300, metaBatch: 2, learningRate: 0.006, evalEvery: 100, evalEpisodes: 100 },
      },
      evaluations: [
        { name: "5-way 1-shot", flags: { way: 5, shot: 1, across: "group" }, target: { accuracy: 0.75 } },
      ],
    },
    {
      name: "image+tags",
      description: "Images and tags, and each alone; support and query have different styles.",
      recipe: {
        modalities: ["image", "tags"],
        width: 32,
        augment: true,
        fusion: "product-of-experts",
        auxiliary: "none",
        episode: { way: 20, shot: 1, query: 3, across: "group" },
        train: { steps: 500, metaBatch: 1, learningRate: 0.006, evalEvery: 250, evalEpisodes: 100 },
      },
      withUnimodal: true,
      evaluations: [
        {
          name: "5-way 1-shot",
          flags: { way: 5, shot: 1, across: "group" },
          target: { aboveUntrained: false, outperforms: ["alone"] },
        },
      ],
    },
    {
      name: "tags-to-image",
      description:
        "Support with tags only, queries with images only, in different styles. Training episodes also have supports with " +
        "images, and with both. Width, way, auxiliary objective and steps were chosen on validation classes, with one seed.",
      recipe: {
        modalities: ["image", "tags"],
        encoders: tagsToImageEncoders,
        ...tagsToImage,
      },
      seeds: [1, 2],
      evaluations: [imageQueries("tags")],
    },
    {
      name: "tags+sentence-to-image",
      description:
        "As tags-to-image, with the tags' n-grams fused with a pretrained sentence encoder: Universal Sentence Encoder Lite, " +
        "from an npm package with the Apache-2.0 licence, converted to ONNX. Steps, width and channels were chosen on " +
        "validation classes, with one seed.",
      encoder: sentenceEncoder,
      recipe: {
        modalities: ["image", "tags", "sentence"],
        encoders: { ...tagsToImageEncoders, sentence: { name: "pretrained", model: sentenceEncoder.model } },
        ...tagsToImage,
      },
      evaluations: [imageQueries("tags,sentence")],
    },
  ],
};
