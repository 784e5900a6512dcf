/** Photos of groceries (Klasson, Zhang and Kjellström, 2019); groups are the original train and test photos. */

import { join } from "node:path";
import { encodePng, readBytes, readJson, writeDataFolder } from "../files.js";
import type { BenchmarkDataSet } from "../types.js";

interface Index {
  classes: { name: string }[];
  photos: [classIndex: number, part: string][];
}

/** Width and height in pixels. */
const SIDE = 64;

export const photos: BenchmarkDataSet = {
  name: "photos",
  description:
    "Photos of 39 kinds of groceries, taken with a phone in shops. Photos of one class were often taken seconds apart, so " +
    "support and query are of different parts. All classes are for judging models that were not trained on them.",
  async convert(from, to) {
    const { classes, photos } = readJson<Index>(join(from, "index.json"));
    const pixels = readBytes(join(from, "photos64.rgb.u8.gz"));
    const file = (i: number) => `${String(i).padStart(4, "0")}.png`;
    const media: [string, Buffer][] = [];
    for (const i of photos.keys()) media.push([file(i), await encodePng(pixels, i, SIDE, 3)]);
    const rows = photos.map(([c, part], i) => ({
      id: `${classes[c].name}/${i}`,
      label: classes[c].name,
      split: "test",
      group: part,
      image_file_name: `media.tar/${file(i)}`,
    }));
    await writeDataFolder(to, { name: this.name, licence: "MIT" }, rows, media);
  },
  runs: [],
};
