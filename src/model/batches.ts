/**
 * Runs many examples as batches, side by side on the engine's threads.
 *
 * The batches follow from the number and the shapes of examples alone, never from the number of threads, so that results
 * do not depend on it either.
 */

import { sizeOf } from "../base/array.js";
import type { ModalitySpec } from "../modality/index.js";

/** Examples that each stand alone go this many at a time at most: small enough to keep several threads busy. */
const LARGEST_BATCH = 16;
/** Of vectors more do: they are so little work that telling another thread of them takes longer. */
const LARGEST_OF_VECTORS = 256;

/** Numbers that the examples of a batch have at most, if it has several: of photographs, fewer go at a time. */
const LARGEST_NUMBERS = 2 ** 20;

/** Whether all that examples show is one vector a modality, as measurements and embeddings are. */
export const areVectors = (specs: Readonly<Record<string, ModalitySpec>>): boolean =>
  Object.values(specs).every(({ shape }) => shape.length === 1);

/**
 * What `run` gives for positions 0 to `count` − 1 of examples of `specs`, in order. It is called with batches of nearly
 * one size, and whether it is called `alone`. From half the largest batch on there are two, and more go in pairs, so that
 * two threads end together.
 */
export async function inBatches<Out>(
  count: number,
  specs: Readonly<Record<string, ModalitySpec>>,
  run: (batch: readonly number[], alone: boolean) => Promise<Out[]>,
): Promise<Out[]> {
  const numbers = Object.values(specs).reduce((sum, { shape }) => sum + sizeOf(shape), 0);
  const fitting = Math.max(1, Math.floor(LARGEST_NUMBERS / Math.max(1, numbers)));
  const largest = Math.min(fitting, areVectors(specs) ? LARGEST_OF_VECTORS : LARGEST_BATCH);
  const size = Math.ceil(count / (count < largest / 2 ? 1 : 2 * Math.ceil(count / (2 * largest))));
  const starts = Array.from({ length: Math.ceil(count / size) }, (_, i) => i * size);
  const batches = starts.map((start) =>
    Array.from({ length: Math.min(size, count - start) }, (_, i) => start + i),
  );
  return (await Promise.all(batches.map((batch) => run(batch, batches.length === 1)))).flat();
}
