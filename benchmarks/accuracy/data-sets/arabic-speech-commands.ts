/** Arabic Speech Commands (Ghandoura, Hjabo and Al Dakkak, 2021): recordings of spoken words; groups are speakers. */

import { join } from "node:path";
import { decodeMuLaw, encodeWav, readBytes, readJson, writeDataFolder } from "../files.js";
import { perClassAccuracy } from "../per-class.js";
import type { BenchmarkDataSet } from "../types.js";

interface Index {
  sampleRate: number;
  samplesPerClip: number;
  words: { word: string; split: string }[];
  speakers: Record<string, string>;
  clips: [word: number, speaker: string, take: number][];
}

const across = "group";

export const arabicSpeechCommands: BenchmarkDataSet = {
  name: "arabic_speech_commands",
  description:
    "Words and speakers have the data set's splits; a clip is used if its word and its speaker have the same split, so " +
    "test words are unseen and spoken by unseen speakers. Support and query have different speakers. There are only 6 test " +
    "words, so accuracy is also reported per word.",
  async convert(from, to) {
    const { sampleRate, samplesPerClip, words, speakers, clips } = readJson<Index>(join(from, "index.json"));
    const audio = readBytes(join(from, "audio8k.mulaw.gz"));
    const included = clips.flatMap(([w, speaker, take], i) => {
      const { word, split } = words[w];
      return speakers[speaker] === split ? [{ i, word, split, speaker, take }] : [];
    });
    const file = (i: number) => `${String(i).padStart(4, "0")}.wav`;
    const media = included.map(({ i }) => {
      const bytes = audio.subarray(i * samplesPerClip, (i + 1) * samplesPerClip);
      return [file(i), encodeWav(Float32Array.from(bytes, decodeMuLaw), sampleRate)] as const;
    });
    const rows = included.map(({ i, word, split, speaker, take }) => ({
      id: `${word}/${speaker}/${take}`,
      label: word,
      split,
      group: speaker,
      audio_file_name: `media.tar/${file(i)}`,
    }));
    await writeDataFolder(to, { name: this.name, licence: "CC BY 4.0" }, rows, media);
  },
  runs: [
    {
      name: "audio",
      description:
        "The spectrogram encoder, with augmentation. Width and steps were chosen on validation words: at width 32, 1,000 steps " +
        "were better than 300, and width 64 was better than both. Reversed train words as additional classes, five shots in " +
        "training, and `plda` (as of 2026-11-26) on features of width 64 gave no improvement.",
      recipe: {
        modalities: ["audio"],
        width: 64,
        augment: true,
        episode: { way: 10, shot: 1, query: 3, across },
        train: { steps: 1000, metaBatch: 2, learningRate: 0.003, evalEvery: 200, evalEpisodes: 100 },
      },
      evaluations: [
        {
          name: "5-way 1-shot",
          flags: { way: 5, shot: 1, query: 10, across },
          target: { accuracy: 0.8 },
          additionalRows: perClassAccuracy,
        },
        {
          name: "5-way 5-shot",
          flags: { way: 5, shot: 5, query: 10, across },
          target: { accuracy: 0.92 },
          additionalRows: perClassAccuracy,
        },
      ],
    },
  ],
};
