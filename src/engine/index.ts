/**
 * The engine: trace a function with jax-js, lower it to an ONNX graph, fuse it, run it with ONNX Runtime and WebAssembly.
 * The only folder that knows any of these libraries.
 */

export type { ArraySpec, Arrays, DType, NDArray, Tree } from "../base/array.js";
export { deviceProblem } from "./run/devices.js";
export { Engine, engineFor } from "./run/engine.js";
export { type Device, devices, type EngineOptions } from "./run/options.js";
export type { Program, Started } from "./run/program.js";
export { gradient, mapTensors, valueAndGradient } from "./trace/autodiff.js";
export { lax, nn, np, type Tensor, type Tensors, vmap } from "./trace/jax.js";
