/** The interface of an alignment: a loss between the embeddings of one example's modalities. */

import type { Arrays, NDArray } from "../base/array.js";
import type { Tensor, Tensors } from "../engine/index.js";
import type { ByModality } from "../fusion/index.js";
import type { ArraysOf } from "../nn/params.js";

/**
 * One row of the alignment table. Functions are pure, and any example may lack any modality.
 *
 * `Params` and `Solved` are the types that `loss` takes, `Initial` and `Solution` the same trees of plain arrays. Without
 * arguments, `Alignment` is a row of unspecified parameters, to be given what its own `init` and `solve` returned.
 */
export interface Alignment<
  Params = Tensors,
  Solved = Tensors,
  Initial = Arrays,
  Solution = Arrays,
  Name extends string = string,
> {
  readonly name: Name;
  /** One line for choosing a method. */
  readonly summary: string;
  /** Authors and year. */
  readonly source: string;
  /** Initial parameters; the alignment has none, when absent. */
  init?(): Initial;
  /**
   * Closed-form solution for all embeddings of a training step, computed in float64 outside programs and held constant
   * in `loss`.
   *
   * @param features `[N, width]` per modality.
   * @param present presence mask `[N]` per modality.
   */
  solve?(features: ByModality<NDArray>, present: ByModality<NDArray>): Solution;
  /** The loss, a scalar, of `features` `[N, width]` per modality, over the examples with at least two modalities. */
  loss(features: ByModality<Tensor>, present: ByModality<Tensor>, params: Params, solved: Solved): Tensor;
}

/** A row of the alignment table, with its literal name and the types of its parameters. */
export const defineAlignment = <const Name extends string, Params, Solved>(
  row: Alignment<Params, Solved, NoInfer<ArraysOf<Params>>, NoInfer<ArraysOf<Solved>>, Name>,
): Alignment<Params, Solved, ArraysOf<Params>, ArraysOf<Solved>, Name> => row;
