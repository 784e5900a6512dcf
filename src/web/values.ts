/** Values that only a page has, as those that Node reads. */

import type { Example } from "../data/index.js";
import type { TaughtExamples } from "../teach/task.js";

/** Examples, or a data set, as Node reads them. */
export const plainExamples = async (examples: TaughtExamples): Promise<TaughtExamples> =>
  Array.isArray(examples) ? plainList(examples) : examples;

/** A list of examples as Node reads them. */
export const plainList = (examples: readonly Example[]): Promise<Example[]> =>
  Promise.all(examples.map(asInNode));

/** An example with the bytes of its Blobs and files, and the pixels of its `ImageData`. */
async function asInNode(example: Example): Promise<Example> {
  const fields = Object.entries(example).map(
    async ([name, value]) => [name, await plainValue(value)] as const,
  );
  return Object.fromEntries(await Promise.all(fields));
}

async function plainValue(value: unknown): Promise<unknown> {
  if (value instanceof Blob) return new Uint8Array(await value.arrayBuffer());
  if (value instanceof ImageData) {
    const { width, height, data } = value;
    return { width, height, channels: 4, data };
  }
  return value;
}
