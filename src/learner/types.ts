/** The interfaces of a learner, of a head that is fitted to embeddings, and of a row of the learner table. */

import type { z } from "zod";
import type { Arrays, NDArray } from "../base/array.js";
import type { Random } from "../base/random.js";
import type { TaskKind } from "../data/index.js";
import type { Tensor, Tensors } from "../engine/index.js";
import type { ByModality } from "../fusion/index.js";
import type { ArraysOf } from "../nn/params.js";
import type {
  Batch,
  Certainty,
  Context,
  Embedding,
  EpisodeScore,
  EpisodeTensors,
  LabelledBatch,
  LearnedParams,
  ModelParams,
  ModelState,
  NetworkParams,
  Normalisation,
  Readout,
  Targets,
} from "../objective/index.js";

/** Result of adapting to a support: a tree of arrays, all that prediction needs besides parameters and state. */
export type Adapted = Readonly<Record<string, Tensors>>;

/** Part of a model's state as plain arrays. */
type StateArrays = Readonly<Record<string, Arrays>>;

/**
 * A head fitted to the embeddings of a support, for learners that adapt no parameter.
 *
 * `Params`, `Fitted` and `Averages` are the types of its parameters, of what `fit` returns, and of its running averages,
 * which `fit` and `outputs` receive together with the parameters.
 */
export interface Head<Params = Tensors, Fitted = Tensors, Averages = unknown> {
  /** Running averages that the head keeps in the model's state. */
  readonly averages?: {
    /** Values before training. */
    init(width: number): StateArrays;
    /** Values of one training episode, from `features` `[N, width]` and their example mask `[N]`. */
    measure(features: Tensor, mask: Tensor): Adapted;
  };
  /** Whether outputs are log-likelihood ratios log p(x | k) / p(x), which are 0 for a class without examples. */
  readonly isLikelihoodRatio?: true;
  /**
   * Closed-form parameters at the start of training, computed outside programs.
   *
   * @param features `[N, width]` of the embedded train split.
   * @param labels the class of each.
   */
  solve?(params: Arrays, features: NDArray, labels: readonly string[]): Arrays;
  /** Fit the head to `features` `[N, width]` and their targets. */
  fit(params: Params & Averages, features: Tensor, targets: Targets): Fitted;
  /** Logits `[Q, way]` or regression outputs `[Q, 1]` of `features` `[Q, width]`. */
  outputs(params: Params & Averages, fitted: Fitted, features: Tensor): Tensor;
  /** Weights `[Q]` per modality with which `outputs` combines modalities; the fusion weights, when absent. */
  weights?(fitted: Fitted, features: Tensor): ByModality<Tensor>;
}

/** What a learner's initial parameters may depend on. */
export interface InitContext {
  /** Largest number of classes of a training episode; 1 for regression. */
  readonly way: number;
  /** The network's initial parameters. */
  readonly network: ArraysOf<NetworkParams>;
}

/**
 * A learner with its options chosen. It is written for one episode; batching over episodes is up to the trainer.
 *
 * `Params` is the type of the learner's own parameters, `Kept` that of what `adapt` returns, `Initial` that of the initial
 * parameters. Without arguments, `Learner` is one of unspecified parameters, to be given what its own `init` returned.
 */
export interface Learner<Params = Tensors, Kept extends Adapted = Adapted, Initial = Arrays> {
  /** Supported sources of normalisation statistics; the first is the default. */
  readonly normalisations: readonly Normalisation[];
  /** Whether the number of classes is fixed by meta-training. */
  readonly fixedWay: boolean;
  /** Present if no parameter would be trained with the options chosen: the option to change, and the expected value. */
  readonly idle?: { readonly option: string; readonly expected: string };
  /** What an adapted task stores: the support's examples or their fit, or adapted `parameters`. */
  readonly keeps: "support" | "parameters";
  /** Examples per batch of all train classes, for a learner that trains on such batches instead of episodes. */
  readonly batch?: number;
  /** {@link adapt} to the train classes without a support, if the learner can. */
  known?(params: ModelParams<Params>, classMask: Tensor): Kept;
  /** Present if adapting means fitting a head, so that embeddings can be computed once. */
  readonly head?: Head;
  /** The learner's own initial parameters, for fused features of `width`. */
  init(width: number, random: Random, model: InitContext): Initial;
  /** The learner's part of the model's initial state, if it has one. */
  initState?(width: number): StateArrays;
  /** Adapt to a support; `classMask` `[way]` is 0 for padding classes. */
  adapt(
    context: Context,
    params: ModelParams<Params>,
    state: ModelState,
    support: LabelledBatch,
    classMask: Tensor,
  ): Kept;
  /** The queries' embedding, and the readout of it, which the learner also applies to other features. */
  predict(
    context: Context,
    params: ModelParams<Params>,
    state: ModelState,
    adapted: Kept,
    query: Batch,
  ): { readout: Readout; embedding: Embedding };
  /** The episode's loss, if it is not the query's loss after adapting (meta-objective.ts). */
  metaLoss?(
    context: Context,
    params: ModelParams<Params>,
    state: ModelState,
    episode: EpisodeTensors,
  ): EpisodeScore;
  /** The episode's score and meta-gradient, if that is not the derivative of the loss. */
  metaGradient?(
    context: Context,
    params: ModelParams<Params>,
    state: ModelState,
    episode: EpisodeTensors,
  ): EpisodeScore & { readonly gradient: LearnedParams<Params> };
  /** Whether meta-training changes the parameter at `path` (`network.encoders.image.…`); all, when absent. */
  trainable?(path: string): boolean;
}

/** A learner with the type of its own parameters. */
export type TypedLearner<Params, Kept extends Adapted = Adapted> = Learner<Params, Kept, ArraysOf<Params>>;

/** One row of the learner table. */
export interface LearnerMethod<Name extends string = string, Options extends z.ZodObject = z.ZodObject> {
  readonly name: Name;
  /** One line for choosing a method. */
  readonly summary: string;
  /** Authors and year. */
  readonly source: string;
  /** Schema of the options in a recipe, with defaults. */
  readonly options: Options;
  /** Defaults that differ for regression, for features of `width` (gradient/regression-defaults.ts). */
  regressionDefaults?(width: number): Readonly<Record<string, number>>;
  /** The kinds of task it supports. */
  readonly tasks: readonly TaskKind[];
  /** The open-set certainty that detects queries of unknown classes best. */
  readonly certainty: Certainty;
  create(options: z.output<Options>, task: TaskKind): Learner;
}

/** A row of the learner table, with its literal name and the type of its options. */
export const defineLearner = <const Name extends string, Options extends z.ZodObject>(
  row: LearnerMethod<Name, Options>,
): LearnerMethod<Name, Options> => row;
