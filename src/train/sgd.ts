/** Plain gradient descent: θ ← θ − rate · g. With Reptile's θ − φ for g it interpolates, θ ← θ + rate · (φ − θ). */

import type { Arrays } from "../base/array.js";
import { type Flat, mapFlat } from "./mean.js";

/** One step along the gradient by path. */
export const sgd = (params: Arrays, gradient: Flat, rate: number): Arrays =>
  mapFlat((theta, g) => theta - rate * g, params, gradient);
