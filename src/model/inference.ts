/**
 * The programs that use a model: adapting, predicting, embedding. Nothing here is random; predictions are inductive or
 * transductive by the model's normalisation.
 */

import type { Arrays, NDArray } from "../base/array.js";
import type { Engine, Tensor, Tensors } from "../engine/index.js";
import type { EpisodeArrays, ExampleBatch, LabelledBatch as LabelledArrays } from "../episode/index.js";
import { type Adapted, withAverages } from "../learner/index.js";
import {
  type Batch,
  type EpisodeTensors,
  type LabelledBatch,
  type ModelParams,
  type ModelState,
  type Targets,
  targetsOf,
} from "../objective/index.js";
import type { ModelDefinition } from "./definition.js";
import { Programs, type RunOptions } from "./programs.js";
import type { Weights } from "./weights.js";

/** What adapting to a support gives: all that prediction needs besides the weights. */
export type AdaptedArrays = Readonly<Record<string, Arrays>>;

/** Predictions of a batch: `outputs` are logits [N, way] or regression values [N, 1]. */
export type Outputs = {
  readonly outputs: NDArray;
  /** Fusion weights α [N] by modality. */
  readonly weights: Readonly<Record<string, NDArray>>;
};

export class InferencePrograms {
  readonly #programs: Programs;

  constructor(
    readonly definition: ModelDefinition,
    readonly engine: Engine,
  ) {
    this.#programs = new Programs(engine, definition.key);
  }

  /**
   * Promise that `weights` never change. Programs that run with them then hold them as constants, which are not copied,
   * normalised or laid out anew in every run.
   */
  freeze(weights: Weights): void {
    this.#programs.freeze(weights);
  }

  /** Release the programs; a later call compiles them anew. */
  close(): void {
    this.#programs.close();
  }

  /** Adapt to a support of classes `ways` [way]. */
  adapt(weights: Weights, support: LabelledArrays, ways: NDArray, options?: RunOptions) {
    const { learner, context } = this.definition;
    return this.#programs.runWith<AdaptedArrays>(
      weights,
      "adapt",
      (p: ModelParams, s: ModelState, examples: LabelledBatch, w: Tensor) =>
        learner.adapt(context, p, s, examples, w),
      [support, ways],
      options,
    );
  }

  /** What {@link adapt} would give for the train classes `ways` [way] of a supervised learner, without a support. */
  known(weights: Weights, ways: NDArray, options?: RunOptions) {
    const { learner } = this.definition;
    return this.#programs.runWith<AdaptedArrays>(
      weights,
      "known",
      (p: ModelParams, _: Tensors, w: Tensor) => learner.known!(p, w),
      [ways],
      options,
    );
  }

  /** Predict queries with what {@link adapt} gave. */
  predict(weights: Weights, adapted: AdaptedArrays, query: ExampleBatch, options?: RunOptions) {
    const { learner, context } = this.definition;
    return this.#programs.runWith<Outputs>(
      weights,
      "predict",
      (p: ModelParams, s: ModelState, given: Adapted, examples: Batch) => {
        const { readout, embedding } = learner.predict(context, p, s, given, examples);
        return { outputs: readout(embedding.features), weights: embedding.weights };
      },
      [adapted, query],
      options,
    );
  }

  /** Adapt and predict in one program: logits [query, way], or values [query, 1]. Ignore columns of padding classes. */
  episode(weights: Weights, episode: EpisodeArrays, options?: RunOptions): Promise<NDArray> {
    const { learner, context } = this.definition;
    return this.#programs.runWith<NDArray>(
      weights,
      "episode",
      (p: ModelParams, s: ModelState, { support, query, ways }: EpisodeTensors) => {
        const adapted = learner.adapt(context, p, s, support, ways);
        const { readout, embedding } = learner.predict(context, p, s, adapted, query);
        return readout(embedding.features);
      },
      [episode],
      options,
    );
  }

  /** Embed examples independently of one another: [N, fused width]. Requires `running` normalisation. */
  embed(weights: Weights, batch: ExampleBatch, options?: RunOptions): Promise<NDArray> {
    const { network } = this.definition;
    return this.#programs.runWith<NDArray>(
      weights,
      "embed",
      (p: ModelParams, s: ModelState, examples: Batch) => network.embedQuery(p.network, examples, s).features,
      [batch],
      options,
    );
  }

  /** The normalisation statistics of a batch, of which running averages are made. */
  measureStatistics(weights: Weights, batch: ExampleBatch, options?: RunOptions) {
    const { network } = this.definition;
    return this.#programs.runWith<Weights["state"]>(
      weights,
      "measure",
      (p: ModelParams, s: ModelState, examples: Batch) =>
        network.embed(p.network, examples, s, "measured").statistics,
      [batch],
      options,
    );
  }

  /** Fit the head to support embeddings `features` [N, fused width]; the same result as {@link adapt}. */
  fitHead(
    { params, state }: Weights,
    features: NDArray,
    { labels, present, mask }: LabelledArrays,
    ways: NDArray,
    options?: RunOptions,
  ) {
    const { head } = this.definition.learner;
    const fn = (own: Tensors, embedded: Tensor, support: LabelledBatch, w: Tensor) => ({
      fitted: head!.fit(own, embedded, targetsOf(support, w)),
    });
    const support = { labels, present, mask, values: {} };
    const args = [withAverages(params.learner, state), features, support, ways];
    return this.#programs.run<AdaptedArrays>({ role: "fit", fn, args }, options);
  }

  /** Fit the head to support embeddings and predict query embeddings; the same result as {@link episode}. */
  headEpisode(
    { params, state }: Weights,
    support: NDArray,
    targets: Readonly<Record<keyof Targets, NDArray>>,
    query: NDArray,
    options?: RunOptions,
  ) {
    const { head } = this.definition.learner;
    const fn = (own: Tensors, features: Tensor, y: Targets, queries: Tensor) =>
      head!.outputs(own, head!.fit(own, features, y), queries);
    const args = [withAverages(params.learner, state), support, targets, query];
    return this.#programs.run<NDArray>({ role: "head", fn, args }, options);
  }
}
