/** A model's functions as programs: besides {@link Inference}, those of training it. */

import type { Arrays, NDArray } from "../base/array.js";
import type { Started, Tensors } from "../engine/index.js";
import type { EpisodeArrays } from "../episode/index.js";
import type { EpisodeTensors, ModelParams } from "../learner/index.js";
import { meanMetaGradient, metaGradient, squaredGradients } from "../objective/index.js";
import { Inference } from "./inference.js";
import type { RunOptions, Weights } from "./programs.js";
import { solved } from "./solved.js";

/** What one training episode gives. */
export type ChunkResult = {
  readonly loss: NDArray;
  /** Accuracy, or mean squared error. */
  readonly score: NDArray;
  readonly statistics: Arrays;
  readonly gradient: Arrays;
};

export interface ChunkOptions extends RunOptions {
  /** What {@link Runtime.solve} gave for the step. */
  solved?: Arrays;
}

/** The arguments of a program of training. */
const withSolved = (args: readonly Arrays[], { solved }: ChunkOptions = {}): readonly Arrays[] =>
  solved === undefined ? args : [...args, solved];

/** {@link ChunkResult} while tracing. */
export type ChunkTensors = Readonly<Record<keyof ChunkResult, Tensors>>;

/** What a step makes of weights, of what episodes say of them, and of what else it is given. */
export type Update = (
  weights: Readonly<Record<keyof Weights, Tensors>>,
  said: ChunkTensors,
  given: Tensors,
  trainable: (path: string) => boolean,
) => Tensors;

export class Runtime extends Inference {
  /**
   * What the alignment holds constant through a step of these episodes, each program's; undefined where it holds
   * nothing. `stacked` as for {@link stackedChunk}.
   */
  solve(
    weights: Weights,
    episodes: readonly EpisodeArrays[],
    stacked: boolean,
    options?: RunOptions,
  ): Promise<Arrays> | undefined {
    const { alignment } = this.context;
    const { solve } = alignment?.method ?? {};
    if (!solve || alignment!.weight === 0 || this.modalities.length < 2) return undefined;
    return solved(solve, this.network, this.programs, weights, episodes, stacked, options);
  }

  /** Loss, score, statistics and gradient of one training episode. */
  chunk(weights: Weights, episode: EpisodeArrays, options?: ChunkOptions): Promise<ChunkResult> {
    return this.programs.runOn<ChunkResult & Record<string, Arrays>>(
      weights,
      "chunk",
      this.#said(false),
      withSolved([episode as never], options),
      options,
    );
  }

  /** The mean of {@link chunk} over episodes stacked along a first axis, as one program that maps over it. */
  stackedChunk(weights: Weights, episodes: EpisodeArrays, options?: ChunkOptions): Promise<ChunkResult> {
    return this.programs.runOn<ChunkResult & Record<string, Arrays>>(
      weights,
      "stacked chunk",
      this.#said(true),
      withSolved([episodes as never], options),
      options,
    );
  }

  /** Σ_i (∂ L_i / ∂θ)² over the queries of a batch, each answered alone: parameters' shapes. */
  fisher(weights: Weights, batch: EpisodeArrays, options?: RunOptions): Promise<Arrays> {
    return this.programs.runOn<Record<string, Arrays>>(
      weights,
      "fisher",
      (p: ModelParams, s: Tensors, tensors: EpisodeTensors) =>
        squaredGradients(this.learner, this.context, p, s, tensors) as never,
      [batch as never],
      options,
    );
  }

  /** The same model where each set of examples is normalised by its own statistics, as while training. */
  transductiveTwin(): Runtime {
    const { episode } = this.recipe;
    return new Runtime(
      this.engine,
      { ...this.recipe, episode: { ...episode, mode: "transductive" } },
      this.specs,
    );
  }

  /**
   * A chunk and what `update` makes of it and of what it is `given`, as one program. `role` names the update; what
   * else it depends on is the learner.
   */
  trained<Out, Given extends Arrays>(
    weights: Weights,
    episodes: EpisodeArrays,
    given: Given,
    update: Update,
    role: string,
    { stacked, ...options }: ChunkOptions & { stacked: boolean; into?: Arrays },
  ): Started<Out> {
    const say = this.#said(stacked);
    const { trainable = () => true } = this.learner;
    return this.programs.start<Out & Arrays>(
      `trained ${role} ${stacked}`,
      (p: ModelParams, s: Tensors, tensors: EpisodeTensors, at: Tensors, solved?: Tensors) =>
        update({ params: p, state: s }, say(p, s, tensors, solved), at, trainable),
      withSolved([weights.params, weights.state, episodes as never, given], options),
      options,
    );
  }

  /** What an episode says of the parameters, or the mean of what stacked ones say. */
  #said(stacked: boolean) {
    const say = stacked ? meanMetaGradient : metaGradient;
    return (p: ModelParams, s: Tensors, tensors: EpisodeTensors, solved?: Tensors): ChunkTensors & Tensors =>
      say(this.learner, { ...this.context, solved }, p, s, tensors) as never;
  }
}
