/** Types of parameter trees. */

import type { Arrays, NDArray } from "../base/array.js";
import type { Tensor, Tensors } from "../engine/index.js";

/**
 * The tree `Params` with plain arrays in place of tensors: the initial values that an `init` returns for parameters of
 * type `Params`, so that parameters have one type from initialisation to use.
 */
export type ArraysOf<Params> = Tensors extends Params
  ? Arrays
  : Params extends Tensor
    ? NDArray
    : { readonly [Key in keyof Params]: ArraysOf<Params[Key]> };
