/**
 * Data of the workloads: in memory as for the peers, with random images of 28×28 (20 per class), random vectors or sine
 * waves; and the image files of the shipped data set, for workloads that decode.
 */

import { join } from "node:path";
import { createDataset, type Dataset, type Example, openDataset } from "../../src/index.js";
import { root } from "./paths.js";

/** Width and height of images in pixels. */
export const IMAGE_SIZE = 28;
const EXAMPLES_PER_CLASS = 20;

/** A generator of uniform numbers in [0, 1). */
export type Uniform = () => number;
/** Generate the modalities of one example. */
export type GenerateValues = (uniform: Uniform) => Record<string, unknown>;

/** The generator of Park and Miller (1988). */
export function uniformFrom(seed: number): Uniform {
  let state = seed;
  return () => {
    state = (state * 48271) % 2147483647;
    return state / 2147483647;
  };
}

/** A random greyscale image as raw pixels. */
export const randomImage = (uniform: Uniform) => ({
  width: IMAGE_SIZE,
  height: IMAGE_SIZE,
  channels: 1,
  data: Uint8Array.from({ length: IMAGE_SIZE * IMAGE_SIZE }, () => 256 * uniform()),
});

export const randomVector = (uniform: Uniform, size: number) => Float32Array.from({ length: size }, uniform);

/** Labelled examples of random values, `perClass` of every class. */
export function randomExamples(
  classes: number,
  perClass: number,
  generate: GenerateValues,
  seed = 1,
): Example[] {
  const uniform = uniformFrom(seed);
  return Array.from({ length: classes * perClass }, (_, i) => ({
    label: `class ${Math.floor(i / perClass)}`,
    split: "train",
    ...generate(uniform),
  }));
}

/** A data set of random values with `classes` train classes. */
export const randomDataset = (
  classes: number,
  generate: GenerateValues,
  perClass = EXAMPLES_PER_CLASS,
): Dataset => createDataset({ name: "noise", examples: randomExamples(classes, perClass, generate) });

/** The image files of the shipped data set's train classes, with further modalities from `generate`. */
export async function omniglotImages(generate: GenerateValues = () => ({})): Promise<Dataset> {
  const uniform = uniformFrom(1);
  const { rows } = await openDataset(join(root, "datasets/omniglot"));
  const examples = rows
    .filter(({ split, values }) => split === "train" && values.image !== undefined)
    .map(
      ({ label, values }): Example => ({ ...generate(uniform), label, split: "train", image: values.image }),
    );
  return createDataset({ name: "pictures", examples });
}

/** Sine waves as regression tasks: 20 points of y = a sin(x − p), with a in [0.1, 5], p in [0, π] and x in [−5, 5]. */
export function sineWaves(count: number): Dataset {
  const uniform = uniformFrom(1);
  const points = Array.from({ length: count }, (_, wave) => {
    const [amplitude, phase] = [0.1 + 4.9 * uniform(), Math.PI * uniform()];
    return Array.from({ length: EXAMPLES_PER_CLASS }, (): Example => {
      const x = 10 * uniform() - 5;
      const label = amplitude * Math.sin(x - phase);
      return { group: `wave ${wave}`, split: "train", x: [x], label };
    });
  });
  return createDataset({ name: "waves", examples: points.flat() });
}
