/** One training step on random examples of a given size, through the public API. */

import { random } from "../../src/base/random.js";
import { createDataset, type Example, metaTrain, type TrainEvent } from "../../src/index.js";
import type { EncoderChoice } from "../../src/model/recipe-choices.js";

/** Options of a modality, and an example of class `k` with a given size. */
export interface Sized {
  readonly kind: string;
  readonly size: string;
  readonly options?: object;
  readonly encoder?: EncoderChoice;
  value(k: number, i: number): unknown;
}

const numbers = (k: number, i: number, count: number) => {
  const r = random(7, "sizes", k, i);
  return Float32Array.from({ length: count }, () => k + r.normal());
};

export const imageOf = (
  height: number,
  width: number,
  channels: 1 | 3,
  encoder: Sized["encoder"] = "conv4",
): Sized => ({
  kind: "image",
  size: `${height}×${width}×${channels}`,
  options: { size: [height, width], channels },
  encoder,
  value: (k, i) => ({
    width,
    height,
    channels,
    data: Uint8Array.from(numbers(k, i, height * width * channels), (x) => 20 * x + 100),
  }),
});

export const soundOf = (seconds: number, rate = 16_000, options: object = {}): Sized => ({
  kind: "audio",
  size: `${seconds} s at ${rate}${JSON.stringify(options)}`,
  options: { seconds, ...options },
  value: (k, i) => ({
    sampleRate: rate,
    samples: numbers(k, i, Math.round(seconds * rate)).map(
      (x, t) => 0.02 * x + 0.5 * Math.sin(t * (k + 1) * 0.02),
    ),
  }),
});

export const textOf = (characters: number): Sized => ({
  kind: "text",
  size: `${characters} characters`,
  value: (k, i) =>
    Array.from(numbers(k, i, characters), (x, at) =>
      at % 7 === 6 ? " " : String.fromCharCode(97 + (Math.floor(Math.abs(3 * x)) % 26)),
    ).join(""),
});

export const tableOf = (columns: number, encoder: Sized["encoder"] = "tabular"): Sized => ({
  kind: "tabular",
  size: `${columns} columns`,
  encoder,
  value: (k, i) =>
    Object.fromEntries(
      Array.from(numbers(k, i, columns), (x, c) => [`c${c}`, c % 10 === 9 ? (x > k ? "a" : "b") : x]),
    ),
});

export const vectorOf = (length: number, encoder: Sized["encoder"] = "mlp"): Sized => ({
  kind: "vector",
  size: `of ${length}`,
  encoder,
  value: (k, i) => numbers(k, i, length),
});

export const strokesOf = (points: number, options: object = {}): Sized => ({
  kind: "strokes",
  size: `${points} points${JSON.stringify(options)}`,
  options,
  value: (k, i) => [Array.from(numbers(k, i, points), (x, t) => [t, x + Math.sin(t * 0.01 * (k + 1))])],
});

/** Events of one step of 2-way 1-shot episodes with one query per class. */
export async function trainOneStep(
  { kind, options, encoder, value }: Sized,
  learner: string | object = "prototypical",
  way = 2,
): Promise<TrainEvent[]> {
  const splits = (["train", "val", "test"] as const).flatMap((split) => Array(way).fill(split));
  const examples = splits.flatMap((split, k) =>
    [0, 1].map((i): Example => ({ label: `class ${k}`, split, x: value(k, i) })),
  );
  const data = createDataset({ name: "sizes", examples, modalities: { x: { kind, ...options } } });
  const run = metaTrain({
    data,
    learner: learner as "prototypical",
    ...(encoder !== undefined && { encoders: { x: encoder } }),
    episode: { way, shot: 1, query: 1 },
    train: { steps: 1, metaBatch: 1, evalEpisodes: 1 },
    threads: 1,
  });
  const events: TrainEvent[] = [];
  for await (const event of run) events.push(event);
  await run.model();
  return events;
}
