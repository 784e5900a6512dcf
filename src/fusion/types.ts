/** The interface of a fusion: f(x) = fuse(g_1(x), …, g_M(x)), one vector from the embeddings of the modalities present. */

import type { Arrays } from "../base/array.js";
import type { Streams } from "../base/random.js";
import type { Tensor, Tensors } from "../engine/index.js";
import type { ArraysOf } from "../nn/params.js";

/** One value per modality, in the model's order. */
export type ByModality<T> = Readonly<Record<string, T>>;

/** Features of one modality, or of label text, with their fusion weight. */
export interface WeightedFeatures {
  /** `[N, width]`. */
  readonly features: Tensor;
  /** α `[N]`; 0 if the example lacks the modality. For label text 1 or 0. */
  readonly weight: Tensor;
}

/** Fused features with the fusion weights. */
export interface Fused {
  /** `[N, fused width]`. */
  readonly fused: Tensor;
  /**
   * α `[N]` per modality; they sum to 1 over the modalities present. They are the α of a weighted sum, the attention that
   * a modality receives, or equal shares if the fusion treats all modalities alike.
   */
  readonly weights: ByModality<Tensor>;
}

/**
 * One row of the fusion table. Functions are pure, and any example may lack any modality.
 *
 * `Params` is the type of the parameters that `fuse` takes, `Initial` that of their initial values. Without arguments,
 * `Fusion` is a row of unspecified parameters: its `fuse` must be given what its own `init` returned.
 */
export interface Fusion<Params = Tensors, Initial = Arrays, Name extends string = string> {
  readonly name: Name;
  /** One line for choosing a method. */
  readonly summary: string;
  /** Authors and year. */
  readonly source: string;
  /** Whether `fuse` uses label text, which is given for support examples only. */
  readonly usesLabelText?: boolean;
  /**
   * Initial parameters for embeddings of `width`. Each modality's parameters come from a random stream of its name, so
   * they do not depend on which other modalities there are, as long as their shapes do not.
   *
   * @param hasLabelText whether `fuse` will be given label text.
   */
  init(modalities: readonly string[], width: number, streams: Streams, hasLabelText: boolean): Initial;
  /**
   * Fuse `features` `[N, width]` per modality. The result depends neither on the order of the modalities nor on the
   * features of absent ones.
   *
   * @param present presence mask `[N]` per modality. A modality that no example has may be left out of `features` and
   * `present`, which is the same as an all-zero mask.
   */
  fuse(
    params: Params,
    features: ByModality<Tensor>,
    present: ByModality<Tensor>,
    labelText?: WeightedFeatures,
  ): Fused;
  /** Width of the fused features for embeddings of `width`; `width` itself, when absent. */
  width?(modalities: number, width: number): number;
  /**
   * Split fused features `[N, fused width]` into those of each modality. Present for late fusion, in which each modality
   * predicts by itself.
   */
  split?(fused: Tensor, modalities: readonly string[]): ByModality<WeightedFeatures>;
}

/** A row of the fusion table, with its literal name and the type of its parameters. */
export const defineFusion = <const Name extends string, Params>(
  row: Fusion<Params, NoInfer<ArraysOf<Params>>, Name>,
): Fusion<Params, ArraysOf<Params>, Name> => row;
