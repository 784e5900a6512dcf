/** The interface of an auxiliary objective: what training minimises or changes besides the query's loss. */

import type { z } from "zod";
import type { Arrays } from "../base/array.js";
import type { Random } from "../base/random.js";
import type { TaskKind } from "../data/index.js";
import type { Tensor, Tensors } from "../engine/index.js";
import type { EpisodeArrays } from "../episode/index.js";
import type { ByModality } from "../fusion/index.js";
import type { ArraysOf } from "../nn/params.js";

/** Embedded examples. */
export interface EmbeddedExamples {
  /** Embeddings `[N, width]` per modality. */
  readonly parts: ByModality<Tensor>;
  /** Presence masks `[N]` per modality, including what the recipe's view withholds. */
  readonly present: ByModality<Tensor>;
  /** Masks `[N]` per modality of what {@link AuxiliaryObjective.draw} hid. */
  readonly hidden?: ByModality<Tensor>;
  /** Fused features `[N, fused width]` under other presence masks. */
  fuse(present: ByModality<Tensor>): Tensor;
}

/** Query predictions from one modality alone. */
export interface UnimodalPredictions {
  /** Class probabilities `[Q, way]`, or regression outputs `[Q, 1]`. */
  readonly predictions: Tensor;
  /** Mask `[Q]` of the queries that have the modality. */
  readonly mask: Tensor;
  /** The task's loss, a scalar, against `labels` `[Q, way]`, over the queries that have the modality. */
  lossTo(labels: Tensor): Tensor;
}

/** Query predictions of an episode. */
export interface QueryPredictions {
  /** From all modalities together: class probabilities `[Q, way]`, or regression outputs `[Q, 1]`. */
  readonly multimodal: Tensor;
  /** From each modality alone, with the complete support. */
  readonly unimodal: ByModality<UnimodalPredictions>;
  /** One-hot `[Q, way]`, or regression targets `[Q, 1]`. */
  readonly labels: Tensor;
}

/**
 * An auxiliary objective with its options chosen. All of its functions are optional and used in training only.
 *
 * `Params` is the type of the parameters that `loss` takes, `Initial` that of their initial values.
 */
export interface AuxiliaryObjective<Params = Tensors, Initial = Arrays> {
  /** Initial parameters, for embeddings of `width` and fused features of `fusedWidth`. */
  init?(modalities: readonly string[], width: number, random: Random, fusedWidth: number): Initial;
  /**
   * Draw the random part of a training episode: modalities hidden or left out, noise.
   *
   * @param encoders arrays of the shapes of each modality's encoder parameters.
   */
  draw?(episode: EpisodeArrays, random: Random, encoders: ByModality<Arrays>): EpisodeArrays;
  /** Auxiliary loss, a scalar, of an episode's embeddings. */
  loss?(params: Params, examples: EmbeddedExamples): Tensor;
  /** Auxiliary loss, a scalar, of an episode's predictions. */
  predictionLoss?(predictions: QueryPredictions): Tensor;
  /** Factor `[]` per modality of its encoder's gradient; the episode's `noise` is added to the scaled gradient. */
  gradientScales?(predictions: QueryPredictions): ByModality<Tensor>;
}

/** One row of the table of auxiliary objectives. */
export interface AuxiliaryMethod<Name extends string = string, Options extends z.ZodObject = z.ZodObject> {
  readonly name: Name;
  /** One line for choosing a method. */
  readonly summary: string;
  /** Authors and year. */
  readonly source: string;
  /** Schema of the options in a recipe, with defaults. `weight` is the loss weight λ, if there is a loss. */
  readonly options: Options;
  /** The kinds of task it supports. */
  readonly tasks: readonly TaskKind[];
  create(options: z.output<Options>): AuxiliaryObjective;
}

/** An auxiliary objective with the type of its parameters. */
export const auxiliaryObjective = <Params>(
  objective: AuxiliaryObjective<Params, NoInfer<ArraysOf<Params>>>,
): AuxiliaryObjective<Params, ArraysOf<Params>> => objective;

/** A row of the table, with its literal name and the type of its options. */
export const defineAuxiliary = <const Name extends string, Options extends z.ZodObject>(
  row: AuxiliaryMethod<Name, Options>,
): AuxiliaryMethod<Name, Options> => row;
