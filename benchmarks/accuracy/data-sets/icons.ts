/** User interface icons: classes are concepts, groups are icon families. */

import { join } from "node:path";
import { encodePng, readBytes, readJson, writeDataFolder } from "../files.js";
import type { BenchmarkDataSet } from "../types.js";

interface Index {
  vendors: { id: string }[];
  classes: { concept: string; split: string }[];
  images: [classIndex: number, vendor: number, name: string][];
}

/** Width and height in pixels. */
const SIDE = 32;

export const icons: BenchmarkDataSet = {
  name: "icons",
  description:
    "Concepts are split by their first word. Labels are derived from file names, so a few per cent of the drawings are " +
    "atypical. Names are not used as a modality, since they nearly equal the label.",
  async convert(from, to) {
    const { vendors, classes, images } = readJson<Index>(join(from, "index.json"));
    const pixels = readBytes(join(from, "images32.u8.gz"));
    const file = (i: number) => `${String(i).padStart(4, "0")}.png`;
    const media: [string, Buffer][] = [];
    for (const i of images.keys()) media.push([file(i), await encodePng(pixels, i, SIDE, 1)]);
    const rows = images.map(([c, v, name], i) => ({
      id: `${i}/${vendors[v].id}/${name}`,
      label: classes[c].concept,
      split: classes[c].split,
      group: vendors[v].id,
      image_file_name: `media.tar/${file(i)}`,
    }));
    await writeDataFolder(to, { name: this.name, licence: "by vendor, in the set's index" }, rows, media);
  },
  runs: [
    {
      name: "image",
      description: "Images, with augmentation.",
      recipe: {
        modalities: ["image"],
        width: 32,
        augment: true,
        episode: { way: 20, shot: 1, query: 3 },
        train: { steps: 300, metaBatch: 2, learningRate: 0.006, evalEvery: 100, evalEpisodes: 100 },
      },
      evaluations: [{ name: "5-way 1-shot", flags: { way: 5, shot: 1 }, target: { accuracy: 0.62 } }],
    },
  ],
};
