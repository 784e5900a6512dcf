/** Runs an ONNX model once, on the calling thread. */

import { sizeOf } from "../../base/array.js";
import type { GraphDType } from "../lower/onnx.js";
import { disableTelemetry } from "../run/telemetry.js";

/** An array of any element type of a graph, or of bytes. */
export interface PortableArray {
  readonly dtype: GraphDType | "uint8";
  readonly shape: readonly number[];
  readonly data: Float32Array | Int32Array | Uint8Array | BigInt64Array;
}

/** The outputs of a model by name. Rejects with ONNX Runtime's own error. */
export async function runOnce(
  model: Uint8Array,
  feeds: Readonly<Record<string, PortableArray>>,
): Promise<Record<string, PortableArray>> {
  disableTelemetry();
  const { ort } = await import("../run/onnxruntime.mjs");
  const { openForeign } = await import("../run/worker-model.mjs");
  const session = await openForeign(model);
  try {
    const tensors = Object.entries(feeds).map(([name, { dtype, shape, data }]) => {
      // A copy: ONNX Runtime takes no array in shared memory. Cast: the constructor is typed per element type.
      return [name, new ort.Tensor(dtype as "float32", data.slice() as Float32Array, [...shape])] as const;
    });
    const results = await session.run(Object.fromEntries(tensors));
    return Object.fromEntries(
      Object.entries(results).map(([name, { type, dims, data }]) => [
        name,
        { dtype: type as GraphDType, shape: [...dims], data: data.slice(0, sizeOf(dims)) as Float32Array },
      ]),
    );
  } finally {
    await session.release();
  }
}
