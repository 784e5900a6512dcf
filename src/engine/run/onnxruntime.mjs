/**
 * ONNX Runtime. It is required, since an import of a CommonJS package first scans all of its files for the names that they
 * export, which takes as long as to load them.
 */

import { createRequire } from "node:module";

/** @type {typeof import("onnxruntime-node")} */
export const ort = createRequire(import.meta.url)("onnxruntime-node");
