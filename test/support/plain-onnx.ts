/** ONNX Runtime without metamodal's code: files and arrays in, arrays out. */

import { createRequire } from "node:module";
import type { NDArray } from "../../src/base/array.js";

const ort: typeof import("onnxruntime-node") = createRequire(import.meta.url)("onnxruntime-node");

type Arrays = Readonly<Record<string, NDArray>>;

/** Run a model, a file's path or bytes, on those of `arrays` that it takes. */
export async function runPlain(model: string | Uint8Array, arrays: Arrays) {
  const session = await (typeof model === "string"
    ? ort.InferenceSession.create(model, { logSeverityLevel: 3 })
    : ort.InferenceSession.create(model, { logSeverityLevel: 3 }));
  const feeds = session.inputNames.map((name) => {
    const { dtype, shape, data } = arrays[name];
    return [name, new ort.Tensor(dtype as "float32", data.slice() as Float32Array, [...shape])] as const;
  });
  const results = await session.run(Object.fromEntries(feeds));
  await session.release();
  return Object.fromEntries(
    Object.entries(results).map(([name, { data, dims }]) => [
      name,
      { shape: [...dims], data: Array.from(data as Float32Array, Number) },
    ]),
  );
}
