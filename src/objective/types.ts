/** Types that all learners share: parameters, episodes, and what an episode is scored by. */

import type { Alignment } from "../alignment/index.js";
import type { AuxiliaryObjective } from "../auxiliary/index.js";
import type { Tensor, Tensors } from "../engine/index.js";
import type { ByModality } from "../fusion/index.js";
import type { LabelledBatch } from "./batch.js";
import type { Network, NetworkParams } from "./network.js";
import type { TaskObjective } from "./task-objective.js";

/**
 * A model's parameters. The keys are the first part of the names in `model.safetensors`; `relation` holds the auxiliary
 * objective's parameters.
 */
export type ModelParams<LearnerParams = Tensors> = {
  readonly network: NetworkParams;
  readonly learner: LearnerParams;
  readonly alignment: Tensors;
  readonly relation: Tensors;
};

/** A model's state: normalisation statistics per modality, and the running averages that a head keeps. */
export type ModelState = Readonly<Record<string, Tensors>>;

/** Parameters that only the alignment loss and the auxiliary loss depend on. */
export type LossParams = Pick<ModelParams, "alignment" | "relation">;

/** Parameters that a learner's own meta-gradient is with respect to. */
export type LearnedParams<LearnerParams = Tensors> = Omit<ModelParams<LearnerParams>, keyof LossParams>;

/** One episode. */
export type EpisodeTensors = {
  readonly support: LabelledBatch;
  readonly query: LabelledBatch;
  /** Class mask `[way]`: 0 for padding classes. */
  readonly ways: Tensor;
  /** Standard normal noise of the shapes of each modality's encoder parameters, for gradient balancing. */
  readonly noise?: ByModality<Tensors>;
};

/** The query of an episode with its class mask. */
export type EpisodeQuery = Pick<EpisodeTensors, "query" | "ways">;

/** The network and the terms of the objective, which stay the same throughout training. */
export interface Context {
  readonly network: Network;
  readonly objective: TaskObjective;
  /** Alignment with its loss weight λ_a. */
  readonly alignment?: { readonly method: Alignment; readonly weight: number };
  /** The alignment's closed-form solution of the current step, if it has one. */
  readonly solved?: Tensors;
  /** Auxiliary objective with its loss weight λ_r. */
  readonly auxiliary?: { readonly method: AuxiliaryObjective; readonly weight: number };
  /** Parameters of the alignment and auxiliary losses; absent outside training, in which case these losses are left out. */
  readonly lossParams?: LossParams;
}

/** Maps features `[N, width]` to logits `[N, way]` or regression outputs `[N, 1]`. */
export type Readout = (features: Tensor) => Tensor;

/** Loss, score and statistics of one episode. */
export type EpisodeScore = {
  /** Loss, a scalar. */
  readonly loss: Tensor;
  /** Accuracy or mean squared error, a scalar. */
  readonly score: Tensor;
  /** Normalisation statistics per modality, for running averages. */
  readonly statistics: ModelState;
  /** Factor `[]` per modality of its encoder's gradient, from the auxiliary objective. */
  readonly gradientScales?: ByModality<Tensor>;
};
