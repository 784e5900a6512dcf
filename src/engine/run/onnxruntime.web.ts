/**
 * onnxruntime-web, for networks with operators that WebAssembly kernels do not have. It is no part of the package: the page
 * names its module, which is loaded when the first such network is opened. One thread, so that results do not depend on the page.
 */

import type * as OnnxRuntime from "onnxruntime-web/wasm";
import type { ForeignModel } from "./foreign.js";

let url: string | undefined;

/** Set the URL of the module; undefined if the page has none. */
export function setOnnxRuntime(chosen: string | undefined): void {
  url = chosen;
}

/** Whether the page names the module. */
export const hasOnnxRuntime = (): boolean => url !== undefined;

/** Open a network. @throws {Error} if the module cannot be loaded, or does not open it */
export async function openInOnnxRuntime(bytes: Uint8Array): Promise<Pick<ForeignModel, "run">> {
  const ort: typeof OnnxRuntime = await import(/* @vite-ignore */ `${url}`);
  ort.env.wasm.numThreads = 1;
  const session = await ort.InferenceSession.create(bytes, { executionProviders: ["wasm"] });
  return {
    async run(feeds, output) {
      const tensors = Object.entries(feeds).map(([name, { type, shape, data }]) => {
        // Cast: the type is that of the data.
        const tensor = new ort.Tensor(type as "float32", data as Float32Array, shape);
        return [name, tensor] as const;
      });
      const { [output]: result } = await session.run(Object.fromEntries(tensors), [output]);
      if (result.type !== "float32" && result.type !== "float64")
        throw new Error(`the output "${output}" is of type ${result.type}, not float32`);
      return { shape: [...result.dims], data: Float32Array.from(result.data as Float32Array) };
    },
  };
}
