/** Reads the weights of a TensorFlow.js graph model: `model.json` lists them in the order of its binary files. */

import { readFileSync } from "node:fs";
import { join } from "node:path";

export interface Weight {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}
/** Look up a weight by the suffix of its name. */
export type Weights = (name: string) => Weight;

/** Read the float32 weights of a TensorFlow.js graph model. */
export function readWeights(folder: string): Weights {
  interface Group {
    paths: string[];
    weights: { name: string; shape: number[]; dtype: "float32" | "int32" }[];
  }
  const { weightsManifest } = JSON.parse(readFileSync(join(folder, "model.json"), "utf8")) as {
    weightsManifest: Group[];
  };
  const weightsByName = new Map<string, Weight>();
  for (const { paths, weights } of weightsManifest) {
    const bytes = Buffer.concat(paths.map((path) => readFileSync(join(folder, path))));
    let start = 0;
    for (const { name, shape, dtype } of weights) {
      const end = start + 4 * shape.reduce((a, b) => a * b, 1);
      if (dtype === "float32")
        weightsByName.set(name, {
          shape,
          data: new Float32Array(bytes.buffer.slice(bytes.byteOffset + start, bytes.byteOffset + end)),
        });
      start = end;
    }
  }
  return (suffix) => {
    const [found, ...more] = [...weightsByName.keys()].filter((name) => name.endsWith(suffix));
    if (found === undefined || more.length > 0)
      throw new Error(`${folder}: expected one weight named "…${suffix}"`);
    return weightsByName.get(found)!;
  };
}
