/** The engine: trace with jax-js, lower to ONNX, run with ONNX Runtime. The only place that knows any of the three. */

export type { ArraySpec, Arrays, DType, NDArray, Tree } from "../base/array.js";
export { gradient, mapTensors, valueAndGradient } from "./autodiff.js";
export { whyNot } from "./devices.js";
export { lax, nn, np, type Tensor, type Tensors, vmap } from "./jax.js";
export { type Device, devices, type EngineOptions } from "./options.js";
export { Engine, engineFor, type Program, type Started } from "./program.js";
