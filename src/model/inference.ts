/**
 * A model's functions as programs: adapting, predicting, embedding.
 *
 * Everything here is inductive or transductive as the model's normalisation says; nothing here is random.
 */

import type { Arrays, NDArray } from "../base/array.js";
import type { Engine, Tensor, Tensors } from "../engine/index.js";
import type { EpisodeArrays, ExampleBatch, LabelledBatch as LabelledArrays } from "../episode/index.js";
import {
  type Adapted,
  type EpisodeTensors,
  type LabelledBatch,
  type ModelParams,
  type Targets,
  withMeasures,
} from "../learner/index.js";
import type { ModalitySpec } from "../modality/index.js";
import { type Batch, targetsOf } from "../objective/index.js";
import { Composition } from "./composition.js";
import { Programs, type RunOptions, type Weights } from "./programs.js";
import type { Recipe } from "./recipe.js";

export class Inference extends Composition {
  protected readonly programs: Programs;

  constructor(
    readonly engine: Engine,
    recipe: Recipe,
    specs: Readonly<Record<string, ModalitySpec>>,
  ) {
    super(recipe, specs);
    this.programs = new Programs(engine, this.key);
  }

  /**
   * Promise that `weights` never change. Programs that run with them then hold them as constants, so that they are
   * neither copied nor normalised nor laid out anew at every run.
   */
  freeze(weights: Weights): void {
    this.programs.freeze(weights);
  }

  /** Adapt to a support: what the learner keeps. */
  adapt(weights: Weights, support: LabelledArrays, ways: NDArray, options?: RunOptions) {
    return this.programs.runOn<Record<string, Arrays>>(
      weights,
      "adapt",
      (p: ModelParams, s: Tensors, examples: LabelledBatch, w: Tensor) =>
        this.learner.adapt(this.context, p, s, examples, w),
      [support as never, ways],
      options,
    );
  }

  /** What the model knows of its train classes without a support, as {@link adapt} would give it. */
  known(weights: Weights, ways: NDArray, options?: RunOptions) {
    return this.programs.runOn<Record<string, Arrays>>(
      weights,
      "known",
      (p: ModelParams, _: Tensors, w: Tensor) => this.learner.known!(p, w),
      [ways],
      options,
    );
  }

  /** Logits [N, way] or values [N, 1] of queries, and the fusion's weights [N] by modality. */
  predict(weights: Weights, adapted: Arrays, query: ExampleBatch, options?: RunOptions) {
    return this.programs.runOn<{ outputs: NDArray; weights: Record<string, NDArray> }>(
      weights,
      "predict",
      (p: ModelParams, s: Tensors, kept: Adapted, examples: Batch) => {
        const { answer, embedding } = this.learner.predict(this.context, p, s, kept, examples);
        return { outputs: answer(embedding.features), weights: embedding.weights };
      },
      [adapted, query as never],
      options,
    );
  }

  /** Adapt and predict in one: logits [query, way], or values [query, 1]. Those of padding classes mean nothing. */
  episode(weights: Weights, episode: EpisodeArrays, options?: RunOptions): Promise<NDArray> {
    return this.programs.runOn<NDArray>(
      weights,
      "episode",
      (p: ModelParams, s: Tensors, { support, query, ways }: EpisodeTensors) => {
        const adapted = this.learner.adapt(this.context, p, s, support, ways);
        const { answer, embedding } = this.learner.predict(this.context, p, s, adapted, query);
        return answer(embedding.features);
      },
      [episode as never],
      options,
    );
  }

  /** Embed examples alone: features [N, fused width]. Only where normalisation is `running`. */
  embed(weights: Weights, batch: ExampleBatch, options?: RunOptions): Promise<NDArray> {
    return this.programs.runOn<NDArray>(
      weights,
      "embed",
      (p: ModelParams, s: Tensors, examples: Batch) =>
        this.network.embedQuery(p.network, examples, s).features,
      [batch as never],
      options,
    );
  }

  /** The statistics of a batch, of which running averages are made. */
  measure(weights: Weights, batch: ExampleBatch, options?: RunOptions): Promise<Arrays> {
    return this.programs.runOn<Record<string, Arrays>>(
      weights,
      "measure",
      (p: ModelParams, s: Tensors, examples: Batch) =>
        this.network.embed(p.network, examples, s, "measured").statistics as never,
      [batch as never],
      options,
    );
  }

  /** Fit the head to a support embedded as `features` [N, fused width]: what {@link adapt} gives. */
  fit(
    { params, state }: Weights,
    features: NDArray,
    { labels, present, mask }: LabelledArrays,
    ways: NDArray,
    options?: RunOptions,
  ) {
    return this.programs.run<Record<string, Arrays>>(
      "fit",
      (own: Tensors, embedded: Tensor, support: LabelledBatch, w: Tensor) => ({
        fitted: this.learner.head!.fit(own, embedded, targetsOf(support, w)),
      }),
      [
        withMeasures((params as Record<string, Arrays>).learner, state),
        features,
        { labels, present, mask, values: {} },
        ways,
      ],
      options,
    );
  }

  /** Fit the head to embedded support and predict embedded queries, as {@link episode} does. */
  headEpisode(
    { params, state }: Weights,
    support: NDArray,
    targets: Readonly<Record<keyof Targets, NDArray>>,
    query: NDArray,
    options?: RunOptions,
  ) {
    const { head } = this.learner;
    return this.programs.run<NDArray>(
      "head",
      (own: Tensors, features: Tensor, y: Targets, queries: Tensor) =>
        head!.outputs(own, head!.fit(own, features, y), queries),
      [withMeasures((params as Record<string, Arrays>).learner, state), support, targets, query],
      options,
    );
  }
}
