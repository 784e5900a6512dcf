/** A learned scale α of cosines and of unit vectors' distances, which else are too alike for a softmax. */

import { type Arrays, float32 } from "../../base/array.js";
import { np, type Tensor, type Tensors } from "../../engine/index.js";

/** α as its logarithm, a scalar; it starts at 10. */
export const initScale = (): Arrays => ({ logScale: float32([Math.log(10)], []) });

/** α · x. */
export const scaled = (x: Tensor, params: Tensors): Tensor =>
  x.mul(np.exp((params as { logScale: Tensor }).logScale));
