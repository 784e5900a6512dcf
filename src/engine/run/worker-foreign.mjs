/** Entry of a worker thread that runs one ONNX model from elsewhere, with inputs of any shapes. */

import { ort } from "./onnxruntime.mjs";
import { serve } from "./serve.mjs";
import { openForeign } from "./worker-model.mjs";

/** @type {import("onnxruntime-node").InferenceSession} */
let session;

/** @type {import("./messages.js").ForeignHandlers} */
const handlers = {
  async open({ source }) {
    session = await openForeign(source);
    const ports = (/** @type {readonly import("onnxruntime-node").InferenceSession.ValueMetadata[]} */ all) =>
      all.map((port) => ({
        name: port.name,
        type: port.isTensor ? port.type : "no tensor",
        shape: port.isTensor ? [...port.shape] : [],
      }));
    return { inputs: ports(session.inputMetadata), outputs: ports(session.outputMetadata) };
  },

  async run({ feeds, output }) {
    const tensors = Object.entries(feeds).map(([name, { type, shape, data }]) => [
      name,
      new ort.Tensor(/** @type {"float32"} */ (type), /** @type {Float32Array} */ (data), shape),
    ]);
    const { [output]: result } = await session.run(Object.fromEntries(tensors), [output]);
    if (result.type !== "float32" && result.type !== "float64")
      throw new Error(`the output "${output}" is of type ${result.type}, not float32`);
    return { shape: [...result.dims], data: Float32Array.from(/** @type {Float32Array} */ (result.data)) };
  },
};
serve(handlers);
