/**
 * Data in memory, as the peers have it: random images of 28×28, 20 a class; random vectors; sine waves. And real
 * images, where it matters that there is something to decode.
 */

import { join } from "node:path";
import { createDataset, type Dataset, type Example, openDataset } from "../../src/index.js";
import { root } from "./paths.js";

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

/** A data set of `classes` train classes, `each` examples of every one. */
export const dataset = (
  classes: number,
  value: (draw: () => number) => Record<string, unknown>,
  each = EXAMPLES,
): Dataset => createDataset({ name: "noise", examples: examples(classes, each, value) });

/** The shipped data set's images of train classes, as files that training decodes, with what else `value` gives. */
export async function pictures(
  value: (draw: () => number) => Record<string, unknown> = () => ({}),
): Promise<Dataset> {
  const draw = noise(1);
  const { rows } = await openDataset(join(root, "datasets/omniglot"));
  const examples = rows
    .filter(({ split, values }) => split === "train" && values.image !== undefined)
    .map(({ label, values }): Example => ({ ...value(draw), label, split: "train", image: values.image }));
  return createDataset({ name: "pictures", examples });
}

/** Sine waves as tasks: y = a sin(x − p) at 20 points of each, a of 0.1 to 5, p of 0 to π, x of −5 to 5. */
export function waves(count: number): Dataset {
  const draw = noise(1);
  const points = Array.from({ length: count }, (_, wave) => {
    const [amplitude, phase] = [0.1 + 4.9 * draw(), Math.PI * draw()];
    return Array.from({ length: EXAMPLES }, (): Example => {
      const x = 10 * draw() - 5;
      const label = amplitude * Math.sin(x - phase);
      return { group: `wave ${wave}`, split: "train", x: [x], label };
    });
  });
  return createDataset({ name: "waves", examples: points.flat() });
}
