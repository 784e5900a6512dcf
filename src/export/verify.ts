/** Runs exported graphs by ONNX Runtime alone, and compares their outputs with the library's. */

import type { NDArray } from "../base/array.js";
import { invariant } from "../base/errors.js";
import { encodeFiles, type PortableGraph, runOnce } from "../engine/portable/index.js";
import type { Named } from "./exported.js";

/**
 * Largest difference of the outputs of a graph from `arrays`, which hold its inputs, too: |a − b| / max(1, |b|). Outputs that
 * are true or false differ by 1 if they are not equal.
 */
export async function differenceOf(graph: PortableGraph, arrays: Named<NDArray>): Promise<number> {
  const { model } = encodeFiles(graph, {
    name: "model",
    version: "",
    metadata: {},
    externalFrom: Number.POSITIVE_INFINITY,
  });
  const feeds = Object.fromEntries(graph.inputs.map(({ name }) => [name, arrays[name]]));
  const results = await runOnce(model, feeds);
  const differences = graph.outputs.map(({ name }) => {
    const [ours, theirs] = [arrays[name], results[name]];
    invariant(`${ours.shape}` === `${theirs.shape}`, `${name} is [${theirs.shape}], not [${ours.shape}]`);
    return largest(ours.data, theirs.data as NDArray["data"]);
  });
  return Math.max(...differences);
}

function largest(expected: ArrayLike<number>, actual: ArrayLike<number>): number {
  let result = 0;
  for (let i = 0; i < expected.length; i++)
    result = Math.max(result, Math.abs(actual[i] - expected[i]) / Math.max(1, Math.abs(expected[i])));
  return result;
}
