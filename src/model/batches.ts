/**
 * Runs many examples in batches, in parallel on the engine's threads. The batches depend on the number and the shapes of
 * examples only, so results do not depend on the number of threads.
 */

import { sizeOf } from "../base/array.js";
import type { ModalitySpec } from "../modality/index.js";

/** Largest batch of examples: small enough to keep several threads busy. */
const LARGEST_BATCH = 16;
/** Largest batch of vectors, which are so little work that handing a smaller batch to a thread would cost more. */
const LARGEST_VECTOR_BATCH = 256;

/** Most array elements in a batch of several examples: large photographs are run in smaller batches. */
const LARGEST_SIZE = 2 ** 20;

/** Whether every modality is a vector, such as measurements or embeddings. */
export const areVectors = (specs: Readonly<Record<string, ModalitySpec>>): boolean =>
  Object.values(specs).every(({ shape }) => shape.length === 1);

/**
 * Run the examples with indexes 0 to `count` − 1, whose arrays are of `specs`, and concatenate the results. Batches are of
 * nearly equal size; from half the largest batch on their number is even, so that two threads end together. `alone` is
 * true if there is a single batch.
 */
export async function inBatches<Out>(
  count: number,
  specs: Readonly<Record<string, ModalitySpec>>,
  run: (batch: readonly number[], alone: boolean) => Promise<Out[]>,
): Promise<Out[]> {
  const elements = Object.values(specs).reduce((sum, { shape }) => sum + sizeOf(shape), 0);
  const fitting = Math.max(1, Math.floor(LARGEST_SIZE / Math.max(1, elements)));
  const largest = Math.min(fitting, areVectors(specs) ? LARGEST_VECTOR_BATCH : LARGEST_BATCH);
  const size = Math.ceil(count / (count < largest / 2 ? 1 : 2 * Math.ceil(count / (2 * largest))));
  const starts = Array.from({ length: Math.ceil(count / size) }, (_, i) => i * size);
  const batches = starts.map((start) =>
    Array.from({ length: Math.min(size, count - start) }, (_, i) => start + i),
  );
  return (await Promise.all(batches.map((batch) => run(batch, batches.length === 1)))).flat();
}
