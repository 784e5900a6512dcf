/** What a relation is: what the modalities of an example are made to say about one another while training. */

import type { z } from "zod";
import type { Arrays } from "../base/array.js";
import type { Random } from "../base/random.js";
import type { TaskKind } from "../data/index.js";
import type { Tensor, Tensors } from "../engine/index.js";
import type { EpisodeArrays } from "../episode/index.js";
import type { ByModality } from "../fusion/index.js";

/** Embedded examples. */
export interface Seen {
  /** [N, width] by modality. */
  readonly parts: ByModality<Tensor>;
  /** [N] by modality: 1 where an example has it, shown or withheld, else 0. */
  readonly present: ByModality<Tensor>;
  /** [N] by modality: 1 where {@link AuxiliaryObjective.draw} hid it. */
  readonly hidden?: ByModality<Tensor>;
  /** The features [N, fused width] where only what is `present` [N] is seen of the parts. */
  fuse(present: ByModality<Tensor>): Tensor;
}

/** What queries are answered by the modality alone. */
export interface Alone {
  /** Class probabilities [Q, way], or numbers [Q, 1]. */
  readonly answers: Tensor;
  /** [Q]: 1 where a query has the modality, else 0. */
  readonly counts: Tensor;
  /** How far the answers are from `labels` [Q, way], as the task judges it, over the queries that have it. */
  lossTo(labels: Tensor): Tensor;
}

/** What queries are answered. */
export interface Answered {
  /** By all modalities together. */
  readonly together: Tensor;
  readonly alone: ByModality<Alone>;
  /** One-hot [Q, way], or numbers [Q, 1]. */
  readonly labels: Tensor;
}

/** An auxiliary objective with its options chosen. Every part of it is for training alone; each is left out where not needed. */
export interface AuxiliaryObjective {
  /** The parameters it learns, of vectors of `width` that fuse to features of `fusedWidth`. */
  init?(modalities: readonly string[], width: number, random: Random, fusedWidth: number): Arrays;
  /**
   * A training episode as it is shown to the model: all that is random happens here. `encoders` are arrays like the
   * parameters of each modality's encoder.
   */
  draw?(episode: EpisodeArrays, random: Random, encoders: ByModality<Arrays>): EpisodeArrays;
  /** L_relate of an episode's embedding. */
  loss?(params: Tensors, seen: Seen): Tensor;
  /** L_relate of its answers. */
  answersLoss?(answered: Answered): Tensor;
  /** By how much the gradient of each modality's encoder is multiplied; a drawn episode's `noise` comes with it. */
  scales?(answered: Answered): ByModality<Tensor>;
}

/** One row of the table of auxiliary objectives. */
export interface AuxiliaryMethod<Name extends string = string, Options extends z.ZodObject = z.ZodObject> {
  readonly name: Name;
  readonly summary: string;
  readonly source: string;
  /** The options a recipe may give, with their defaults: `weight` is λ_r, where there is a loss. */
  readonly options: Options;
  /** The kinds of task it can help with. */
  readonly tasks: readonly TaskKind[];
  create(options: z.output<Options>): AuxiliaryObjective;
}

/** A row of the table, with its literal name and the type of its options. */
export const defineAuxiliary = <const Name extends string, Options extends z.ZodObject>(
  row: AuxiliaryMethod<Name, Options>,
): AuxiliaryMethod<Name, Options> => row;
