/** ONNX models of fused programs: their inputs and outputs are tensors over the program's memory. */

import { ort } from "./onnxruntime.mjs";
import { openSession } from "./worker-model.mjs";

/**
 * @param {Uint8Array} bytes
 * @param {string} device
 * @returns {Promise<import("./fused.mjs").OpenedModel>}
 */
export async function openFusedModel(bytes, device) {
  const session = await openSession(bytes, device);
  const tensors = (/** @type {import("./fused.mjs").Tensors} */ all) =>
    Object.fromEntries(
      Object.entries(all).map(([name, { dtype, data, shape }]) => [
        name,
        new ort.Tensor(dtype, /** @type {never} */ (data), shape),
      ]),
    );
  return {
    prepare: (feeds, fetches) => {
      const [inputs, outputs] = [tensors(feeds), tensors(fetches)];
      return () => session.run(inputs, outputs);
    },
    release: () => session.release(),
  };
}
