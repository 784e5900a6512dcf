/**
 * Running averages of a head: kept in the model's state next to the modalities' normalisation statistics, under a key that
 * no modality can have.
 */

import type { Arrays } from "../base/array.js";
import type { Tensors } from "../engine/index.js";

const KEY = "@learner";

type Tree<Leaves> = Readonly<Record<string, Leaves>>;

/** The state, of arrays or tensors, with a head's running averages. */
export const storeAverages = <Leaves extends Arrays | Tensors>(
  state: Tree<Leaves>,
  averages: Tree<Leaves>,
): Tree<Leaves | Tree<Leaves>> => ({ ...state, [KEY]: averages });

/** A head's parameters, of arrays or tensors, together with its running averages in `state`. */
export const withAverages = <Params extends Arrays | Tensors>(
  params: Params,
  state: Tree<unknown>,
): Params => ({
  ...params,
  ...(state[KEY] as object | undefined),
});
