/** Options of an engine. A file of its own, so that public types that name them reach no engine internals. */

export const devices = ["cpu", "webgpu"] as const;
/** Where programs run. */
export type Device = (typeof devices)[number];

export const runtimes = ["onnxruntime", "wasm"] as const;
/**
 * What computes programs: ONNX Runtime and WebAssembly kernels, or WebAssembly alone. `wasm-relaxed` is for pages: products
 * round once per multiplication and addition where the processor does, so the last bits depend on the machine.
 */
export type Runtime = (typeof runtimes)[number] | "wasm-relaxed";

/** Whether programs run without ONNX Runtime. */
export const isWasm = (runtime: Runtime): boolean => runtime !== "onnxruntime";

export interface EngineOptions {
  /** Number of worker threads, by default one per core. Results do not depend on it. */
  threads?: number;
  /** Where programs run, by default `cpu`. */
  device?: Device;
  /**
   * What computes programs, by default `onnxruntime` where it is installed. `wasm` needs no ONNX Runtime; its results differ from those of
   * `onnxruntime` by rounding, and are the same on every machine but for rare functions, such as sines.
   */
  runtime?: (typeof runtimes)[number];
}
