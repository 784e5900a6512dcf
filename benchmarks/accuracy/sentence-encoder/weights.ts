/** Looks up the weights of a TensorFlow.js graph model. */

import { type GraphConstant, readGraphConstants } from "../../../encoders/build/graph-model.js";

/** Look up a weight by the suffix of its name. */
export type Weights = (name: string) => GraphConstant;

/** Read the float32 weights of a TensorFlow.js graph model. */
export function readWeights(folder: string): Weights {
  const weightsByName = readGraphConstants(folder);
  return (suffix) => {
    const [found, ...more] = [...weightsByName.keys()].filter((name) => name.endsWith(suffix));
    if (found === undefined || more.length > 0)
      throw new Error(`${folder}: expected one weight named "…${suffix}"`);
    return weightsByName.get(found)!;
  };
}
