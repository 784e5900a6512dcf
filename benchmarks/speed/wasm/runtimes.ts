/** What the executor is compared with, in Node: onnxruntime-web, onnxruntime-node and TensorFlow.js, on one thread each. */

import { createRequire } from "node:module";
import * as native from "onnxruntime-node";
import * as web from "onnxruntime-web/wasm";
import type { Feed } from "../../../src/engine/run/ports.js";
import type { Subject } from "./contender.js";

web.env.wasm.numThreads = 1;

/** A model in onnxruntime-web and in onnxruntime-node. */
export async function inOnnxRuntime(
  bytes: Uint8Array,
  feeds: Readonly<Record<string, Feed>>,
): Promise<Pick<Subject["runs"], "onnxruntime-web" | "onnxruntime-node">> {
  const own = (data: Feed["data"]) => Float32Array.from(data as Float32Array);
  const options = { intraOpNumThreads: 1, interOpNumThreads: 1 };
  const [inPage, inNode] = [
    await web.InferenceSession.create(bytes, { executionProviders: ["wasm"] }),
    await native.InferenceSession.create(bytes, options),
  ];
  const tensors = <T>(make: (data: Float32Array, shape: readonly number[]) => T) =>
    Object.fromEntries(
      Object.entries(feeds).map(([name, { data, shape }]) => [name, make(own(data), shape)]),
    );
  const webFeeds = tensors((data, shape) => new web.Tensor("float32", data, shape));
  const nodeFeeds = tensors((data, shape) => new native.Tensor("float32", data, shape));
  const first = (results: Record<string, { readonly data: unknown }>) =>
    Object.values(results)[0].data as Float32Array;
  return {
    "onnxruntime-web": async () => first(await inPage.run(webFeeds)),
    "onnxruntime-node": async () => first(await inNode.run(nodeFeeds)),
  };
}

/** TensorFlow.js on its WebAssembly backend. */
export async function tensorFlow(): Promise<typeof import("@tensorflow/tfjs-core")> {
  const tf = await import("@tensorflow/tfjs-core");
  const { setWasmPaths } = await import("@tensorflow/tfjs-backend-wasm");
  const entry = createRequire(import.meta.url).resolve("@tensorflow/tfjs-backend-wasm");
  setWasmPaths(`${entry.slice(0, entry.lastIndexOf("/dist/"))}/dist/`);
  await tf.setBackend("wasm");
  return tf;
}
