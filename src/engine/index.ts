/** The engine: trace with jax-js, lower to ONNX, run with ONNX Runtime. The only place that knows any of the three. */

export type { ArraySpec, Arrays, DType, NDArray, Tree } from "../base/array.js";
export { whyNot } from "./run/devices.js";
export { type Device, devices, type EngineOptions } from "./run/options.js";
export { Engine, engineFor, type Program, type Started } from "./run/program.js";
export { gradient, mapTensors, valueAndGradient } from "./trace/autodiff.js";
export { lax, nn, np, type Tensor, type Tensors, vmap } from "./trace/jax.js";
