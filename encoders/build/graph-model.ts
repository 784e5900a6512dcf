/**
 * Reads the constants of a TensorFlow.js graph model: `model.json` and the binary files that it names, which follow each
 * other as one array of bytes without gaps.
 *
 * Source: the weights manifest of tfjs-core, src/io/types.ts.
 */

import { readFileSync } from "node:fs";
import { join } from "node:path";

/** A constant of a graph, by its name there. Only float32 constants have values here. */
export interface GraphConstant {
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

interface Weight {
  readonly name: string;
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly quantization?: unknown;
}

/** `model.json`, as far as it is read. */
interface GraphModelFile {
  readonly weightsManifest: readonly {
    readonly paths: readonly string[];
    readonly weights: readonly Weight[];
  }[];
}

/**
 * The float32 constants of the graph model in a folder.
 * @throws {Error} for quantized constants, element types of another width, and files of another length
 */
export function readGraphConstants(folder: string): Map<string, GraphConstant> {
  const path = join(folder, "model.json");
  const { weightsManifest }: GraphModelFile = JSON.parse(readFileSync(path, "utf8"));
  const constants = new Map<string, GraphConstant>();
  for (const { paths, weights } of weightsManifest) {
    const bytes = Buffer.concat(paths.map((each) => readFileSync(join(folder, each))));
    let start = 0;
    for (const { name, dtype, shape, quantization } of weights) {
      if (quantization !== undefined || !["float32", "int32"].includes(dtype))
        throw new Error(`${path}: the constant ${name} is not plain float32 or int32`);
      const end = start + 4 * shape.reduce((size, axis) => size * axis, 1);
      // A copy, since floats have to be aligned.
      if (dtype === "float32")
        constants.set(name, {
          shape,
          values: new Float32Array(new Uint8Array(bytes.subarray(start, end)).buffer),
        });
      start = end;
    }
    if (start !== bytes.length)
      throw new Error(`${path}: the constants have ${start} bytes, their files have ${bytes.length}`);
  }
  return constants;
}
