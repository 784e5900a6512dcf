/**
 * Operators in JavaScript, for the nodes of a program that neither kernels nor products compute if it runs without ONNX
 * Runtime: integers and booleans, indexing, sorting, rare functions. Plain JavaScript, so that a worker starts without a
 * build; nothing here needs Node.
 */

import { elementwiseOperators } from "./elementwise.mjs";
import { movementOperators } from "./movement.mjs";
import { reducingOperators } from "./reduce.mjs";

/** @type {Readonly<Record<string, import("./types.js").Operator>>} */
export const operators = {
  ...elementwiseOperators,
  ...movementOperators,
  ...reducingOperators,
};
