/** Every kind of modality with random valid values and an invalid one. */

import { random } from "../../src/base/random.js";
import type { Example } from "../../src/data/index.js";
import type { ModalityKind } from "../../src/modality/index.js";
import { drawing } from "./drawings.js";
import { tone, wav } from "./wav.js";

interface KindCase {
  /** Value `i` of class `k`: similar within a class, but distinct. */
  readonly draw: (k: number, i: number) => unknown;
  /** Options of `dataset.json` that keep arrays small. */
  readonly options: Readonly<Record<string, unknown>>;
  /** A value that has the type of the kind but is rejected, with the pattern of the error message. */
  readonly bad: readonly [value: unknown, says: RegExp];
}

const words = ["pear", "Straße", "नमस्ते", "日本語", "дом", "سلام", "ice"];

export const kinds: Readonly<Record<ModalityKind, KindCase>> = {
  image: {
    draw: (k, i) => drawing(k, i).image,
    options: { size: 16 },
    bad: [Uint8Array.of(1, 2, 3), /not a PNG, JPEG, WebP/],
  },
  audio: {
    draw: (k, i) => wav([tone(300 * (k + 1) + 5 * i, 8000, 0.2, 0.3 + 0.02 * i)], 8000),
    options: { mels: 16, hop: 10 },
    bad: [Uint8Array.of(1, 2, 3), /not a WAV, MP3, FLAC, Ogg/],
  },
  strokes: {
    draw: (k, i) => drawing(k, i).strokes,
    options: { points: 16 },
    bad: [[[]], /stroke 0 has no point/],
  },
  text: {
    draw: (k, i) => `${words[i % words.length]} ${words[k % words.length]} number ${k}, ${k} and ${i}`,
    options: { buckets: 64, features: 24 },
    bad: [" ", /the text is blank/],
  },
  tabular: {
    draw: (k, i) => ({
      height: 10 * k + (i % 5),
      colour: words[k % words.length],
      ...(i % 3 !== 1 && { weight: `${1.5 * k}` }),
    }),
    options: { columns: ["height", "colour", "weight"] },
    bad: [{ height: "tall" }, /the cell "height" is "tall"; expected a number/],
  },
  vector: {
    draw: (k, i) => {
      const r = random(3, "vector", k, i);
      return Array.from({ length: 5 }, (_, at) => Math.cos(k * (at + 1)) + 0.1 * r.normal());
    },
    options: {},
    bad: [[1], /the vector has 1 numbers/],
  },
};

/** Labelled examples, `each` per class, with one modality named after its kind. */
export const examplesOf = (kind: ModalityKind, classes: number, each: number): Example[] =>
  Array.from({ length: classes * each }, (_, n) => ({
    label: `class ${n % classes}`,
    [kind]: kinds[kind].draw(n % classes, Math.floor(n / classes)),
  }));
