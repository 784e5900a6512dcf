/** What a fusion is: the vectors of the modalities present → one vector, f(x) = Σ_m α_m g_m(x). */

import type { Arrays } from "../base/array.js";
import type { Random } from "../base/random.js";
import type { Tensor, Tensors } from "../engine/index.js";

/** By modality, in the model's order. */
export type ByModality<T> = Readonly<Record<string, T>>;

/** One row of the fusion table. Functions are pure; every modality may be absent for any example. */
export interface Fusion {
  readonly name: string;
  readonly summary: string;
  readonly source: string;
  init(modalities: readonly string[], width: number, random: Random): Arrays;
  /**
   * Join `features` [N, width] by modality; `present` [N] is 1 where an example has it, else 0. A modality that
   * no example has may be left out of both; its weight goes to the others.
   *
   * @returns `fused` [N, width] and the weights α [N] by modality, which add up to 1 over those present.
   */
  fuse(
    params: Tensors,
    features: ByModality<Tensor>,
    present: ByModality<Tensor>,
  ): { fused: Tensor; weights: ByModality<Tensor> };
}
