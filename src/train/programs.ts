/** The programs of meta-training: the meta-gradient of an episode, and a whole training step. */

import type { Arrays, NDArray } from "../base/array.js";
import type { Engine, Started, Tensors } from "../engine/index.js";
import type { EpisodeArrays } from "../episode/index.js";
import { meanMetaGradient, metaGradient } from "../learner/index.js";
import {
  InferencePrograms,
  type ModelDefinition,
  type ParameterArrays,
  Programs,
  type RunOptions,
  type Weights,
  weightedSum,
} from "../model/index.js";
import type { EpisodeTensors, ModelParams, ModelState } from "../objective/index.js";
import { solveAlignment } from "./alignment.js";

/** The meta-gradient of an episode, or the mean of several. */
export type MetaGradient = {
  readonly loss: NDArray;
  /** Accuracy, or mean squared error. */
  readonly score: NDArray;
  /** Normalisation statistics of the episode, of which running averages are made. */
  readonly statistics: Weights["state"];
  readonly gradient: ParameterArrays;
};

/** {@link MetaGradient} while tracing. */
type MetaGradientTensors = {
  readonly [Name in keyof MetaGradient]: Tensors;
};

/** An optimizer step while tracing: next weights, and whatever else `given` holds, such as moments. */
export type TracedUpdate = (
  weights: Readonly<Record<keyof Weights, Tensors>>,
  result: MetaGradientTensors,
  given: Tensors,
  trainable: (path: string) => boolean,
) => Tensors;

interface GradientOptions extends RunOptions {
  /** The result of {@link TrainingPrograms.solveAlignment} for the step. */
  solved?: Arrays;
}

const withSolved = (args: readonly Arrays[], { solved }: GradientOptions = {}): readonly Arrays[] =>
  solved === undefined ? args : [...args, solved];

export class TrainingPrograms {
  /** The same model's programs of adapting and predicting. */
  readonly inference: InferencePrograms;
  readonly #programs: Programs;

  constructor(
    readonly definition: ModelDefinition,
    readonly engine: Engine,
  ) {
    this.inference = new InferencePrograms(definition, engine);
    this.#programs = new Programs(engine, definition.key);
  }

  /**
   * What the alignment solves in closed form for the episodes of a step and holds constant in its gradient; undefined if
   * it solves nothing. `stacked` as for {@link meanMetaGradient}.
   */
  solveAlignment(
    weights: Weights,
    episodes: readonly EpisodeArrays[],
    stacked: boolean,
    options?: RunOptions,
  ): Promise<Arrays> | undefined {
    const { alignment, network } = this.definition.context;
    const { solve } = alignment?.method ?? {};
    if (!solve || alignment!.weight === 0 || network.modalities.length < 2) return undefined;
    return solveAlignment(solve, network, this.#programs, weights, episodes, stacked, options);
  }

  /** Loss, score, statistics and meta-gradient of one training episode. */
  metaGradient(weights: Weights, episode: EpisodeArrays, options?: GradientOptions): Promise<MetaGradient> {
    const args = withSolved([episode], options);
    return this.#programs.runWith<MetaGradient>(weights, "chunk", this.#traced(false), args, options);
  }

  /** The mean of {@link metaGradient} over episodes stacked along a first axis, as one program that maps over it. */
  meanMetaGradient(
    weights: Weights,
    episodes: EpisodeArrays,
    options?: GradientOptions,
  ): Promise<MetaGradient> {
    const args = withSolved([episodes], options);
    return this.#programs.runWith<MetaGradient>(weights, "stacked chunk", this.#traced(true), args, options);
  }

  /**
   * Start a whole training step as one program: the meta-gradient of `episodes`, and `update` with what it is `given`.
   * `role` names the update.
   */
  step<Out extends Arrays>(
    weights: Weights,
    episodes: EpisodeArrays,
    given: Arrays,
    update: TracedUpdate,
    role: string,
    { stacked, ...options }: GradientOptions & { stacked: boolean },
  ): Started<Out> {
    const traced = this.#traced(stacked);
    const { trainable = () => true } = this.definition.learner;
    const fn = (p: ModelParams, s: ModelState, tensors: EpisodeTensors, at: Tensors, solved?: Tensors) =>
      update({ params: p, state: s }, traced(p, s, tensors, solved), at, trainable);
    const args = withSolved([weights.params, weights.state, episodes, given], options);
    return this.#programs.start<Out>({ role: `trained ${role} ${stacked}`, fn, args }, options);
  }

  #traced(stacked: boolean) {
    const { learner, context } = this.definition;
    const gradientOf = stacked ? meanMetaGradient : metaGradient;
    return (
      p: ModelParams,
      s: ModelState,
      tensors: EpisodeTensors,
      solved?: Tensors,
    ): MetaGradientTensors => {
      const { loss, score, statistics, gradient } = gradientOf(
        learner,
        { ...context, solved },
        p,
        s,
        tensors,
      );
      return { loss, score, statistics, gradient };
    };
  }
}

/** The mean of several {@link MetaGradient}s, with loss and score as numbers. */
export interface MeanGradient extends Pick<MetaGradient, "gradient" | "statistics"> {
  readonly loss: number;
  readonly score: number;
}

/** Average meta-gradients in the order given, in plain loops. */
export function meanGradient(results: readonly MetaGradient[]): MeanGradient {
  const shares = results.map(() => 1 / results.length);
  const mean = (of: "loss" | "score") =>
    results.reduce((sum, result, i) => sum + shares[i] * result[of].data[0], 0);
  return {
    loss: mean("loss"),
    score: mean("score"),
    gradient: weightedSum(
      results.map(({ gradient }) => gradient),
      shares,
    ),
    statistics: weightedSum(
      results.map(({ statistics }) => statistics),
      shares,
    ),
  };
}
