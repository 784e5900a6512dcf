/** What an alignment is: a loss that draws the modalities of one example together. */

import type { Arrays, NDArray } from "../base/array.js";
import type { Tensor, Tensors } from "../engine/index.js";
import type { ByModality } from "../fusion/index.js";

/** One row of the alignment table. Every modality may be absent for any example. */
export interface Alignment<Name extends string = string> {
  readonly name: Name;
  readonly summary: string;
  readonly source: string;
  /** The parameters it learns; none, when absent. */
  init?(): Arrays;
  /**
   * What it holds constant, solved outside programs from the embedding of a whole step: `features` [N, width] by
   * modality, `present` [N] as in {@link loss}.
   */
  solve?(features: ByModality<NDArray>, present: ByModality<NDArray>): Arrays;
  /** The loss (a scalar) of `features` [N, width] by modality, over the examples that have several. */
  loss(features: ByModality<Tensor>, present: ByModality<Tensor>, params: Tensors, solved: Tensors): Tensor;
}

/** A row of the alignment table, with its literal name. */
export const defineAlignment = <const Name extends string>(row: Alignment<Name>): Alignment<Name> => row;
