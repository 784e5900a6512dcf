/** What a fusion is: the vectors of the modalities present → one vector, as f(x) = Σ_m α_m g_m(x). */

import type { Arrays } from "../base/array.js";
import type { Streams } from "../base/random.js";
import type { Tensor, Tensors } from "../engine/index.js";

/** By modality, in the model's order. */
export type ByModality<T> = Readonly<Record<string, T>>;

/** What one modality, or a label's text, says of examples. */
export interface Expert {
  /** [N, width]. */
  readonly features: Tensor;
  /** α [N], of a label 1; 0 where it is absent. */
  readonly weight: Tensor;
}

/** One row of the fusion table. Functions are pure; every modality may be absent for any example. */
export interface Fusion<Name extends string = string> {
  readonly name: Name;
  readonly summary: string;
  readonly source: string;
  /** True where it reads the text of labels, as far as it is told: of support examples, never of queries. */
  readonly readsLabels?: boolean;
  /** Initial parameters, each modality's from a stream of its name, where `labels` says whether it will be told what labels say; those of a modality are the same whatever others there are, where they are of one shape. */
  init(modalities: readonly string[], width: number, streams: Streams, labels: boolean): Arrays;
  /**
   * Join `features` [N, width] by modality; `present` [N] is 1 where an example has it, else 0. A modality that
   * no example has may be left out of both, which is the same as its being absent from all. Neither the order of
   * the modalities nor what an absent one holds changes anything.
   *
   * @returns `fused` [N, width], or as wide as the fusion says, and the weights [N] by modality, which add up to 1 over those present: the α of a
   * weighted sum, the attention that a modality gets, or equal shares where all are combined as equals.
   */
  fuse(
    params: Tensors,
    features: ByModality<Tensor>,
    present: ByModality<Tensor>,
    label?: Expert,
  ): { fused: Tensor; weights: ByModality<Tensor> };
  /** The width of what it makes of vectors of `width`; that width, when absent. */
  width?(modalities: number, width: number): number;
  /** The modalities of what it fused, where it keeps them apart so that each can be answered by a head of its own. */
  apart?(fused: Tensor, modalities: readonly string[]): ByModality<Expert>;
}

/** A row of the fusion table, with its literal name. */
export const defineFusion = <const Name extends string>(row: Fusion<Name>): Fusion<Name> => row;
