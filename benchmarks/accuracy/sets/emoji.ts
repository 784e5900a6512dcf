/** Emoji in eight drawing styles, with keywords in English; groups are who drew them. */

import { join } from "node:path";
import { bytesOf, jsonOf, pngOf, writeFolder } from "../folder.js";
import { sentenceEncoder } from "../sentence-encoder/index.js";
import type { AccuracyEvaluation, AccuracyRun, AccuracySet } from "../types.js";

interface Index {
  vendors: string[];
  classes: { label: string; split: string; text: Record<string, string[]> }[];
  images: [kind: number, vendor: number][];
}

const side = 32;

/** The three fluent styles share their geometry, so they are one group. */
const groupOf = (vendor: string) => (vendor.startsWith("fluent") ? "fluent" : vendor);

const wordsOf = (text: string) => text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];

/** Keywords that are neither the label nor one of its words. */
function tagsOf(label: string, keywords: readonly string[]): string[] {
  const own = new Set(wordsOf(label));
  return keywords.filter((keyword) => !wordsOf(keyword).every((word) => own.has(word)));
}

const matchedEncoders: AccuracyRun["recipe"]["encoders"] = {
  image: { name: "conv4", channels: 32 },
  tags: { name: "ngrams", hidden: 0 },
};

/** What the runs have in common where words are shown and the image is asked of. */
const matched: AccuracyRun["recipe"] = {
  width: 256,
  augment: true,
  learner: "matching",
  auxiliary: { name: "dropout", rate: 0.5 },
  episode: { way: 120, shot: 1, query: 1, across: "group", queryModalities: ["image"] },
  train: { steps: 200, metaBatch: 1, learningRate: 0.004, evalEvery: 200, evalEpisodes: 4 },
};

const imageAskedOf = (shown: string): AccuracyEvaluation => ({
  name: "5-way 1-shot",
  flags: { way: 5, shot: 1, across: "group", "support-modalities": shown, "query-modalities": "image" },
  target: { stated: 0.4, floor: false },
});

export const emoji: AccuracySet = {
  name: "emoji",
  about:
    "Classes are split by whole Unicode subgroups. Groups are vendors (the three fluent styles count as one), so with " +
    "`across: group` support and query have different styles. Tags are English keywords without the label and its words: " +
    "from CLDR for noto, blobmoji and fxemoji, from emojilib for the others. `sentence` is a copy of the tags for a second " +
    "encoder.",
  async convert(from, to) {
    const { vendors, classes, images } = jsonOf<Index>(join(from, "index.json.gz"));
    const pixels = bytesOf(join(from, "images32.rgb.u8.gz"));
    const file = (i: number) => `${String(i).padStart(5, "0")}.png`;
    const media: [string, Buffer][] = [];
    for (const i of images.keys()) media.push([file(i), await pngOf(pixels, i, side, 3)]);
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
    await writeFolder(to, card, rows, media);
  },
  runs: [
    {
      name: "image",
      about: "Images only; support and query have different styles.",
      recipe: {
        modalities: ["image"],
        width: 32,
        augment: true,
        episode: { way: 20, shot: 1, query: 3, across: "group" },
        train: { steps: 300, metaBatch: 2, learningRate: 0.006, evalEvery: 100, evalEpisodes: 100 },
      },
      evaluations: [
        { name: "5-way 1-shot", flags: { way: 5, shot: 1, across: "group" }, target: { stated: 0.75 } },
      ],
    },
    {
      name: "image+tags",
      about: "Images and tags, and each alone; support and query have different styles.",
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
          target: { floor: false, above: ["alone"] },
        },
      ],
    },
    {
      name: "tags-to-image",
      about:
        "Support with tags only, queries with images only, in different styles. Training episodes also have supports with " +
        "images, and with both. Width, way, auxiliary objective and steps were chosen on validation classes, with one seed.",
      recipe: {
        modalities: ["image", "tags"],
        encoders: matchedEncoders,
        ...matched,
      },
      seeds: [1, 2],
      evaluations: [imageAskedOf("tags")],
    },
    {
      name: "tags+sentence-to-image",
      about:
        "As tags-to-image, with the tags' n-grams fused with a pretrained sentence encoder: Universal Sentence Encoder Lite, " +
        "from an npm package with the Apache-2.0 licence, converted to ONNX. Steps, width and channels were chosen on " +
        "validation classes, with one seed.",
      encoder: sentenceEncoder,
      recipe: {
        modalities: ["image", "tags", "sentence"],
        encoders: { ...matchedEncoders, sentence: { name: "pretrained", model: sentenceEncoder.model } },
        ...matched,
      },
      evaluations: [imageAskedOf("tags,sentence")],
    },
  ],
};
