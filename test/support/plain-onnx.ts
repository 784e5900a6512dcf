/** ONNX Runtime without metamodal's code: files and arrays in, arrays out. */

import { createRequire } from "node:module";
import type { NDArray } from "../../src/base/array.js";

const ort: typeof import("onnxruntime-node") = createRequire(import.meta.url)("onnxruntime-node");

type Arrays = Readonly<Record<string, NDArray>>;
type Results = Record<string, { readonly shape: number[]; readonly data: number[] }>;

/** Open a model, a file's path or bytes; the function runs it on those of the arrays that it takes. */
export async function openPlain(model: string | Uint8Array): Promise<(arrays: Arrays) => Promise<Results>> {
  const options = { logSeverityLevel: 3, intraOpNumThreads: 1 } as const;
  const session = await (typeof model === "string"
    ? ort.InferenceSession.create(model, options)
    : ort.InferenceSession.create(model, options));
  return async (arrays) => {
    const feeds = session.inputNames.map((name) => {
      const { dtype, shape, data } = arrays[name];
      return [name, new ort.Tensor(dtype as "float32", data.slice() as Float32Array, [...shape])] as const;
    });
    const results = await session.run(Object.fromEntries(feeds));
    return Object.fromEntries(
      Object.entries(results).map(([name, { data, dims }]) => [
        name,
        { shape: [...dims], data: Array.from(data as Float32Array, Number) },
      ]),
    );
  };
}

/** Open a model and run it once. */
export const runPlain = async (model: string | Uint8Array, arrays: Arrays): Promise<Results> =>
  (await openPlain(model))(arrays);
