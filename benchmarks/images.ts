/** An Omniglot-shaped data set in memory, as the peers have it: random images of 28×28, 20 a class. */

import { createDataset, type Dataset, type Example } from "metamodal";

export const SIDE = 28;
const EXAMPLES = 20;

/** A generator of numbers in [0, 1) (Park and Miller, 1988): what the numbers are does not matter here. */
export function noise(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 48271) % 2147483647;
    return state / 2147483647;
  };
}

/** A random grey image as raw pixels. */
export const image = (draw: () => number) => ({
  width: SIDE,
  height: SIDE,
  channels: 1,
  data: Uint8Array.from({ length: SIDE * SIDE }, () => 256 * draw()),
});

/** A random vector. */
export const vector = (draw: () => number, size: number) => Float32Array.from({ length: size }, draw);

/** Labelled examples, `count` a class, of what `value` gives. */
export function examples(
  classes: number,
  count: number,
  value: (draw: () => number) => Record<string, unknown>,
  seed = 1,
): Example[] {
  const draw = noise(seed);
  return Array.from({ length: classes * count }, (_, i) => ({
    label: `class ${Math.floor(i / count)}`,
    split: "train",
    ...value(draw),
  }));
}

/** A data set of `classes` train classes. */
export const dataset = (classes: number, value: (draw: () => number) => Record<string, unknown>): Dataset =>
  createDataset({ name: "noise", examples: examples(classes, EXAMPLES, value) });
