/** What a learner is: how to adapt to an episode, and what is minimised over episodes. */

import type { z } from "zod";
import type { Alignment } from "../alignment/index.js";
import type { AuxiliaryObjective } from "../auxiliary/index.js";
import type { Arrays, NDArray } from "../base/array.js";
import type { Random } from "../base/random.js";
import type { TaskKind } from "../data/index.js";
import type { Tensor, Tensors } from "../engine/index.js";
import type { ByModality } from "../fusion/index.js";
import type { Certainty } from "../objective/certainty.js";
import type { Batch, Embedding, Network, NetworkParams, Normalisation } from "../objective/network.js";
import type { Judge } from "../objective/tasks.js";

/** A model's parameters: the network's, and those of the learner, the alignment and the auxiliary objective (stored as `relation`). */
export type ModelParams = {
  readonly network: NetworkParams;
  readonly learner: Tensors;
  readonly alignment: Tensors;
  readonly relation: Tensors;
};
/** The parameters that only L_align and L_relate have. */
export type TermParams = Pick<ModelParams, "alignment" | "relation">;
/** Those that {@link Learner.metaGradient} moves. */
export type LearnedParams = Omit<ModelParams, keyof TermParams>;

/** Examples with one-hot `labels` [N, way], or numbers [N, 1]; zero rows for padding. */
export interface LabelledBatch extends Batch {
  readonly labels: Tensor;
}

/** One episode; `ways` [way] is 0 for padding classes. */
export interface EpisodeTensors {
  readonly support: LabelledBatch;
  readonly query: LabelledBatch;
  readonly ways: Tensor;
  /** Normal numbers for each parameter of an encoder, by modality, where its gradient gets noise. */
  readonly noise?: ByModality<Tensors>;
}

/** The network and the terms of the objective that do not change while training. */
export interface Context {
  readonly network: Network;
  /** How outputs are judged. */
  readonly judge: Judge;
  readonly alignment?: { readonly method: Alignment; readonly weight: number };
  /** What the alignment holds constant, where it does. */
  readonly solved?: Tensors;
  readonly auxiliary?: { readonly method: AuxiliaryObjective; readonly weight: number };
  /** The parameters of these terms; absent outside training, where nothing is solved or hidden and no term counts. */
  readonly terms?: TermParams;
}

/** Logits [Q, way], or numbers [Q, 1], of the queries among examples of `features` [N, width]. */
export type Answer = (features: Tensor) => Tensor;

/** What one episode says: the loss to minimise, what people are told, the statistics measured. */
export interface EpisodeScore {
  readonly loss: Tensor;
  /** Accuracy, or mean squared error. */
  readonly score: Tensor;
  readonly statistics: Tensors;
  /** By how much an auxiliary objective multiplies the gradient of each modality's encoder. */
  readonly scales?: ByModality<Tensor>;
}

/** What a support taught: a tree of arrays, all that prediction needs besides parameters and state. */
export type Adapted = Readonly<Record<string, Tensors>>;

/** What the examples of a support teach. Padding and empty examples teach nothing. */
export interface Targets {
  /** One-hot [N, way], or numbers [N, 1]; zero rows for examples that teach nothing. */
  readonly labels: Tensor;
  /** [N]: 1 for an example that teaches something, else 0. */
  readonly counts: Tensor;
  /** [way]: 0 for padding classes. */
  readonly ways: Tensor;
}

/** A learner whose parameters stay as they are: a head fitted to embeddings. */
export interface Head {
  /**
   * What it measures of the `features` [N, width] of a training episode, of which those with `counts` [N] 1 count, and
   * what it takes before any was seen. `fit` and `outputs` find the running averages among their `params`.
   */
  readonly measures?: {
    init(width: number): Readonly<Record<string, Arrays>>;
    of(features: Tensor, counts: Tensor): Readonly<Record<string, Tensors>>;
  };
  /** True where outputs are log-likelihood ratios log p(x | k) / p(x): 0 says nothing of a class. */
  readonly areRatios?: true;
  /**
   * Its parameters where training begins, solved outside programs from the embedded train split: `features` [N, width] of
   * the classes `labels` [N].
   */
  solve?(params: Arrays, features: NDArray, labels: readonly string[]): Arrays;
  /** `features` [N, width] and their targets give what the head keeps. */
  fit(params: Tensors, features: Tensor, targets: Targets): Tensors;
  /** Logits [Q, way], or numbers [Q, 1], of `features` [Q, width]. */
  outputs(params: Tensors, fitted: Tensors, features: Tensor): Tensor;
  /** Weights [Q] by modality with which `outputs` combines modalities; the fusion's, when absent. */
  weights?(fitted: Tensors, features: Tensor): ByModality<Tensor>;
}

/** What a learner's initial parameters may depend on. */
export interface Surroundings {
  /** The most classes an episode of meta-training has; 1 where labels are numbers. */
  readonly way: number;
  /** The network's initial parameters. */
  readonly network: Arrays;
}

/** A learner with its options chosen. Written for one episode; batching is the trainer's business. */
export interface Learner {
  /** Where statistics may come from; the first unless the recipe says otherwise. */
  readonly normalisations: readonly Normalisation[];
  /** True where the number of classes is fixed by meta-training. */
  readonly fixedWay: boolean;
  /** Present where the options chosen let no parameter move: the one to change, and what it should be. */
  readonly idle?: { readonly option: string; readonly expected: string };
  /** What an adapted task stores: what the `support` gave, or adapted `parameters`. */
  readonly keeps: "support" | "parameters";
  /** Examples a batch of all train classes, where meta-training takes such batches and not episodes. */
  readonly batch?: number;
  /** What is known of the train classes without a support, as {@link adapt} would give it; `ways` as there. */
  known?(params: ModelParams, ways: Tensor): Adapted;
  /** Present where adapting is fitting a head, so that embeddings can be computed once. */
  readonly head?: Head;
  /** The learner's own initial parameters. */
  init(width: number, random: Random, model: Surroundings): Arrays;
  /** What the learner keeps in the model's state besides the modalities' statistics; nothing, when absent. */
  initState?(width: number): Readonly<Record<string, Arrays>>;
  /** Learn from the support; `ways` [way] is 0 for padding classes. */
  adapt(context: Context, params: ModelParams, state: Tensors, support: LabelledBatch, ways: Tensor): Adapted;
  /** The queries' embedding, and what logits [Q, way], or numbers [Q, 1], it would get for other features. */
  predict(
    context: Context,
    params: ModelParams,
    state: Tensors,
    adapted: Adapted,
    query: Batch,
  ): { answer: Answer; embedding: Embedding };
  /** The episode's loss, where it is not the query's loss after adapting (see objective.ts). */
  metaLoss?(context: Context, params: ModelParams, state: Tensors, episode: EpisodeTensors): EpisodeScore;
  /** The episode's score and meta-gradient, where that is not the derivative of the loss. */
  metaGradient?(
    context: Context,
    params: ModelParams,
    state: Tensors,
    episode: EpisodeTensors,
  ): EpisodeScore & { readonly gradient: LearnedParams };
  /** Whether meta-training changes the parameter at `path` (`network.encoders.image.…`); all, when absent. */
  trainable?(path: string): boolean;
}

/** One row of the learner table. */
export interface LearnerMethod<Name extends string = string, Options extends z.ZodObject = z.ZodObject> {
  readonly name: Name;
  readonly summary: string;
  readonly source: string;
  /** The options a recipe may give, with their defaults. */
  readonly options: Options;
  /** Defaults that differ for regression, for features [width]; see regression-rate.ts. */
  regressionDefaults?(width: number): Readonly<Record<string, number>>;
  /** The kinds of task it can learn. */
  readonly tasks: readonly TaskKind[];
  /** What says best that a query is of none of the support's classes. */
  readonly certainty: Certainty;
  create(options: z.output<Options>, task: TaskKind): Learner;
}

/** A row of the learner table, with its literal name and the type of its options. */
export const defineLearner = <const Name extends string, Options extends z.ZodObject>(
  row: LearnerMethod<Name, Options>,
): LearnerMethod<Name, Options> => row;
