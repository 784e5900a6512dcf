/** A learned scale α of cosines and of distances between unit vectors, whose range is too small for a softmax otherwise. */

import { float32 } from "../../base/array.js";
import { np, type Tensor } from "../../engine/index.js";
import type { ArraysOf } from "../../nn/params.js";

/** log α `[]`. */
export type Scale = { readonly logScale: Tensor };

/** α starts at 10. */
export const initScale = (): ArraysOf<Scale> => ({ logScale: float32([Math.log(10)], []) });

/** α · x. */
export const scaled = (x: Tensor, { logScale }: Scale): Tensor => x.mul(np.exp(logScale));
