/**
 * Runs many examples as batches, side by side on the engine's threads.
 *
 * The batches follow from the number of examples alone, never from the number of threads, so that results do not
 * depend on it either.
 */

/** Examples that each stand alone go this many at a time at most: small enough to keep several threads busy. */
const LARGEST_BATCH = 16;
/** From so many on there are two batches, and more go in pairs, so that two threads end together. */
const PAIRED = 8;

/**
 * What `run` gives for positions 0 to `count` − 1, in order. It is called with batches of nearly one size, and whether it
 * is called `alone`.
 */
export async function inBatches<Out>(
  count: number,
  run: (batch: readonly number[], alone: boolean) => Promise<Out[]>,
): Promise<Out[]> {
  const size = Math.ceil(count / (count < PAIRED ? 1 : 2 * Math.ceil(count / (2 * LARGEST_BATCH))));
  const starts = Array.from({ length: Math.ceil(count / size) }, (_, i) => i * size);
  const batches = starts.map((start) =>
    Array.from({ length: Math.min(size, count - start) }, (_, i) => start + i),
  );
  return (await Promise.all(batches.map((batch) => run(batch, batches.length === 1)))).flat();
}
