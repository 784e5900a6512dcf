/** Environmental sounds, five classes of ESC-10 (Piczak, 2015); groups are folds. */

import { join } from "node:path";
import { decodeMuLaw, encodeWav, readBytes, readJson, writeDataFolder } from "../files.js";
import type { BenchmarkDataSet } from "../types.js";

interface Index {
  sampleRate: number;
  classes: string[];
  clips: [classIndex: number, fold: number, recording: string, offset: number, length: number][];
}

export const noises: BenchmarkDataSet = {
  name: "noises",
  description:
    "Clips of five classes of sounds. Clips of one recording share a fold, so support and query are of different folds. All " +
    "classes are for judging models that were not trained on them.",
  async convert(from, to) {
    const { sampleRate, classes, clips } = readJson<Index>(join(from, "index.json"));
    const audio = readBytes(join(from, "audio8k.mulaw.gz"));
    const file = (i: number) => `${String(i).padStart(4, "0")}.wav`;
    const media = clips.map(([, , , offset, length], i) => {
      const bytes = audio.subarray(offset, offset + length);
      return [file(i), encodeWav(Float32Array.from(bytes, decodeMuLaw), sampleRate)] as const;
    });
    const rows = clips.map(([c, fold, recording], i) => ({
      id: `${recording}/${i}`,
      label: classes[c],
      split: "test",
      group: `fold ${fold}`,
      audio_file_name: `media.tar/${file(i)}`,
    }));
    await writeDataFolder(to, { name: this.name, licence: "CC BY 3.0" }, rows, media);
  },
  runs: [],
};
