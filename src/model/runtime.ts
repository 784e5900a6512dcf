/**
 * A model's functions as programs: compiled on first use for the shapes they meet, kept by the engine.
 *
 * Everything here is inductive or transductive as the model's normalisation says; nothing here is random.
 */

import { createHash } from "node:crypto";
import { type Alignment, alignments } from "../alignment/index.js";
import {
  type ArraySpec,
  type Arrays,
  float32,
  leavesOf,
  type NDArray,
  sizeOf,
  type Tree,
} from "../base/array.js";
import { type Random, random } from "../base/random.js";
import {
  type EpisodeArrays,
  type ExampleBatch,
  type LabelledBatch as LabelledArrays,
  labelModality,
  type View,
} from "../data/index.js";
import { encoderFor } from "../encoder/index.js";
import { type Engine, type Started, type Tensor, type Tensors, vmap } from "../engine/index.js";
import { fusions } from "../fusion/index.js";
import {
  type Adapted,
  type Batch,
  type Certainty,
  type Context,
  type Embedding,
  type EpisodeTensors,
  joinBatches,
  judges,
  type LabelledBatch,
  type Learner,
  learnerOf,
  learners,
  type ModelParams,
  meanMetaGradient,
  metaGradient,
  Network,
  type Normalisation,
  squaredGradients,
  type Targets,
  targetsOf,
  withExperts,
  withMeasures,
} from "../learner/index.js";
import type { ModalitySpec } from "../modality/index.js";
import { relations } from "../relation/index.js";
import { withConstants } from "./constants.js";
import { mostOf, type Recipe } from "./recipe.js";
import { viewOf } from "./view.js";

/** Everything that gradient or averages change. */
export interface Weights {
  readonly params: Arrays;
  readonly state: Arrays;
}

/** What one training episode gives. */
export interface ChunkResult {
  readonly loss: NDArray;
  /** Accuracy, or mean squared error. */
  readonly score: NDArray;
  readonly statistics: Arrays;
  readonly gradient: Arrays;
}

export interface RunOptions {
  /** Nothing else is run meanwhile, so the program may use all threads. */
  alone?: boolean;
  /** What an earlier run gave: it is overwritten, instead of new arrays. */
  into?: ChunkResult | Arrays;
  signal?: AbortSignal;
  /** Runs of one lane may be given before the one before, of which they read what it writes, has ended. */
  lane?: object;
}

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

/** A function, what names it, what it takes, and what it takes that is the same at every run under its name. */
type Run = [
  role: string,
  fn: (...args: never[]) => Tensors,
  args: readonly Arrays[],
  options?: RunOptions,
  constants?: readonly Arrays[],
];

/** The parts that large batches are computed in where a step is one episode: what threads can share. */
const PARTS_ALONE = 2;

export class Runtime {
  readonly learner: Learner;
  readonly #context: Context;
  readonly #network: Network;
  /** Arrays like the parameters of each modality's encoder. */
  #encoders: Readonly<Record<string, Arrays>> | undefined;
  /** A digest of each weights that never change. */
  readonly #frozen = new WeakMap<Weights, string>();
  /** What episodes show, unless it is asked otherwise. */
  readonly view: View;
  /** Names this runtime's programs in the engine. */
  readonly key: string;

  constructor(
    readonly engine: Engine,
    readonly recipe: Recipe,
    readonly specs: Readonly<Record<string, ModalitySpec>>,
  ) {
    const { task, learner, alignment, relation, normalisation, episode } = recipe;
    const fusion = fusions[recipe.fusion];
    const { apart } = fusion;
    const chosen = learnerOf(learner, task);
    const experts = apart && { modalities: Object.keys(specs), width: recipe.width, apart };
    this.learner = experts ? withExperts(chosen, experts, task) : chosen;
    const modalities = Object.fromEntries(
      Object.entries(specs).map(([modality, spec]) => {
        const encoder = encoderFor(recipe.encoders[modality], spec, `recipe, field "encoders.${modality}"`);
        return [modality, { encoder, spec }];
      }),
    );
    this.view = viewOf(episode, specs, task, (field) => `recipe, field "episode.${field}"`);
    this.#network = new Network({
      modalities,
      labelText: fusion.readsLabels ? labelModality(specs) : undefined,
      fusion,
      width: recipe.width,
      normalisation:
        episode.mode === "transductive" ? "batch" : (normalisation ?? this.learner.normalisations[0]),
      parts: recipe.train.metaBatch === 1 ? PARTS_ALONE : 1,
    });
    const method = alignments[alignment.name];
    const { name: related, ...relationOptions } = relation;
    this.#context = {
      network: this.#network,
      judge: judges[task],
      alignment: method && { method, weight: alignment.weight },
      relation: relations[related] && {
        method: relations[related].create(relationOptions as never),
        weight: Number(relationOptions.weight ?? 0),
      },
    };
    const identity = JSON.stringify([
      task,
      recipe.encoders,
      recipe.fusion,
      recipe.width,
      alignment,
      relation,
      learner,
      normalisation,
      episode.mode,
      specs,
    ]);
    this.key = createHash("sha256").update(identity).digest("hex");
  }

  /** What the learner's certainty of an answer is read from. */
  get certainty(): Certainty {
    return learners[this.recipe.learner.name].certainty;
  }

  get modalities(): string[] {
    return Object.keys(this.specs);
  }

  /** How labels become arrays as text, where the fusion or a view reads them and a modality is text. */
  labelSpec({ labelShots = 0 }: View = this.view): ModalitySpec | undefined {
    const name = labelModality(this.specs);
    const isRead = labelShots > 0 || fusions[this.recipe.fusion].readsLabels;
    return isRead && name !== undefined ? this.specs[name] : undefined;
  }

  /** Whether alignment or relation see what examples have and do not show. */
  get seesWithheld(): boolean {
    const { alignment, relation } = this.#context;
    return (alignment?.weight ?? 0) > 0 || relation?.method.loss !== undefined;
  }

  /** Features that an embedded example has. */
  get fusedWidth(): number {
    return this.#network.fusedWidth;
  }

  /** Whose statistics normalise whom. */
  get normalisation(): Normalisation {
    return this.#network.normalisation;
  }

  /** True where queries are normalised by their own statistics. */
  get transductive(): boolean {
    return this.normalisation === "batch";
  }

  /** True where examples are embedded alone and adapting is fitting a head to the embeddings. */
  get embedsOnce(): boolean {
    return this.learner.head !== undefined && this.normalisation === "running";
  }

  /** Parameters and statistics before meta-training. */
  init(seed: number): Weights {
    const network = this.#network.init(seed);
    const { width, fusedWidth } = this.#network;
    const way = mostOf(this.recipe.episode.way);
    return {
      params: {
        network,
        learner: this.learner.init(fusedWidth, random(seed, "learner"), { way, network }),
        alignment: this.#context.alignment?.method.init?.() ?? {},
        relation:
          this.#context.relation?.method.init?.(
            this.modalities,
            width,
            random(seed, "relation"),
            fusedWidth,
          ) ?? {},
      },
      state: { ...this.#network.initState(), ...this.learner.initState?.(fusedWidth) },
    };
  }

  /**
   * Promise that `weights` never change. Programs that run with them then hold them as constants, so that they are
   * neither copied nor normalised nor laid out anew at every run.
   */
  freeze(weights: Weights): void {
    const hash = createHash("sha256");
    for (const [path, { data }] of leavesOf(weights as unknown as Tree<NDArray>))
      hash
        .update(path)
        .update(Uint8Array.from(new Uint8Array(data.buffer, data.byteOffset, data.byteLength)));
    this.#frozen.set(weights, hash.digest("hex"));
  }

  /** A training episode as the relation shows it to the model. */
  draw(episode: EpisodeArrays, random: Random): EpisodeArrays {
    const { draw } = this.#context.relation?.method ?? {};
    if (!draw) return episode;
    this.#encoders ??= this.#network.init(0).encoders;
    return draw(episode, random, this.#encoders);
  }

  /** Adapt to a support: what the learner keeps. */
  adapt(weights: Weights, support: LabelledArrays, ways: NDArray, options?: RunOptions) {
    return this.#runOn<Record<string, Arrays>>(
      weights,
      "adapt",
      (p: ModelParams, s: Tensors, examples: LabelledBatch, w: Tensor) =>
        this.learner.adapt(this.#context, p, s, examples, w),
      [support as never, ways],
      options,
    );
  }

  /** What the model knows of its train classes without a support, as {@link adapt} would give it. */
  known(weights: Weights, ways: NDArray, options?: RunOptions) {
    return this.#runOn<Record<string, Arrays>>(
      weights,
      "known",
      (p: ModelParams, _: Tensors, w: Tensor) => this.learner.known!(p, w),
      [ways],
      options,
    );
  }

  /** Logits [N, way] or values [N, 1] of queries, and the fusion's weights [N] by modality. */
  predict(weights: Weights, adapted: Arrays, query: ExampleBatch, options?: RunOptions) {
    return this.#runOn<{ outputs: NDArray; weights: Record<string, NDArray> }>(
      weights,
      "predict",
      (p: ModelParams, s: Tensors, kept: Adapted, examples: Batch) => {
        const { answer, embedding } = this.learner.predict(this.#context, p, s, kept, examples);
        return { outputs: answer(embedding.features), weights: embedding.weights };
      },
      [adapted, query as never],
      options,
    );
  }

  /** Adapt and predict in one: logits [query, way], or values [query, 1]. Those of padding classes mean nothing. */
  episode(weights: Weights, episode: EpisodeArrays, options?: RunOptions): Promise<NDArray> {
    return this.#runOn<NDArray>(
      weights,
      "episode",
      (p: ModelParams, s: Tensors, { support, query, ways }: EpisodeTensors) => {
        const adapted = this.learner.adapt(this.#context, p, s, support, ways);
        const { answer, embedding } = this.learner.predict(this.#context, p, s, adapted, query);
        return answer(embedding.features);
      },
      [episode as never],
      options,
    );
  }

  /** Embed examples alone: features [N, fused width]. Only where normalisation is `running`. */
  embed(weights: Weights, batch: ExampleBatch, options?: RunOptions): Promise<NDArray> {
    return this.#runOn<NDArray>(
      weights,
      "embed",
      (p: ModelParams, s: Tensors, examples: Batch) =>
        this.#network.embedQuery(p.network, examples, s).features,
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
    return this.#run<Record<string, Arrays>>(
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
    return this.#run<NDArray>(
      "head",
      (own: Tensors, features: Tensor, y: Targets, queries: Tensor) =>
        head!.outputs(own, head!.fit(own, features, y), queries),
      [withMeasures((params as Record<string, Arrays>).learner, state), support, targets, query],
      options,
    );
  }

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
    const { alignment } = this.#context;
    const { solve } = alignment?.method ?? {};
    if (!solve || alignment!.weight === 0 || this.modalities.length < 2) return undefined;
    return this.#solved(solve, weights, episodes, stacked, options);
  }

  async #solved(
    solve: NonNullable<Alignment["solve"]>,
    weights: Weights,
    episodes: readonly EpisodeArrays[],
    stacked: boolean,
    options?: RunOptions,
  ): Promise<Arrays> {
    type Parts = Pick<Embedding, "parts" | "present">;
    const embed = (p: ModelParams, s: Tensors, { support, query }: EpisodeTensors): Parts & Tensors => {
      const { parts, had } = this.#network.embed(p.network, joinBatches(support, query), s, "measured");
      return { parts, present: had };
    };
    const all = (p: ModelParams, s: Tensors, tensors: EpisodeTensors) =>
      stacked
        ? vmap((one: EpisodeTensors) => embed(p, s, one) as never)(tensors as never)
        : embed(p, s, tensors);
    const seen = await Promise.all(
      episodes.map((episode) =>
        this.#runOn<{ parts: Record<string, NDArray>; present: Record<string, NDArray> }>(
          weights,
          `parts ${stacked}`,
          all as never,
          [episode as never],
          options,
        ),
      ),
    );
    const join = (of: "parts" | "present", ...shape: number[]) =>
      Object.fromEntries(
        this.modalities.map((name) => {
          const values = seen.flatMap((one) => [...one[of][name].data]);
          return [name, float32(values, [values.length / sizeOf(shape), ...shape])];
        }),
      );
    return solve(join("parts", this.recipe.width), join("present"));
  }

  /** Loss, score, statistics and gradient of one training episode. */
  chunk(weights: Weights, episode: EpisodeArrays, options?: ChunkOptions): Promise<ChunkResult> {
    return this.#runOn<ChunkResult & Record<string, Arrays>>(
      weights,
      "chunk",
      this.#said(false),
      withSolved([episode as never], options),
      options,
    );
  }

  /** The mean of {@link chunk} over episodes stacked along a first axis, as one program that maps over it. */
  stackedChunk(weights: Weights, episodes: EpisodeArrays, options?: ChunkOptions): Promise<ChunkResult> {
    return this.#runOn<ChunkResult & Record<string, Arrays>>(
      weights,
      "stacked chunk",
      this.#said(true),
      withSolved([episodes as never], options),
      options,
    );
  }

  /** Σ_i (∂ L_i / ∂θ)² over the queries of a batch, each answered alone: parameters' shapes. */
  fisher(weights: Weights, batch: EpisodeArrays, options?: RunOptions): Promise<Arrays> {
    return this.#runOn<Record<string, Arrays>>(
      weights,
      "fisher",
      (p: ModelParams, s: Tensors, tensors: EpisodeTensors) =>
        squaredGradients(this.learner, this.#context, p, s, tensors) as never,
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
    return this.#start<Out & Arrays>(
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
      say(this.learner, { ...this.#context, solved }, p, s, tensors) as never;
  }

  /** Run a function of parameters, state and `args`. */
  #runOn<Out extends Arrays>(
    weights: Weights,
    role: string,
    fn: (...args: never[]) => Tensors,
    args: readonly Arrays[],
    options?: RunOptions,
  ): Promise<Out> {
    const { params, state } = weights;
    const digest = this.#frozen.get(weights);
    if (digest === undefined) return this.#run<Out>(role, fn, [params, state, ...args], options);
    return this.#run<Out>(`${role} ${digest}`, fn, args, options, [params, state]);
  }

  async #run<Out extends Arrays>(...[role, fn, args, options, constants]: Run): Promise<Out> {
    const { gives, done } = this.#start<Out>(role, fn, args, options, constants);
    await done;
    return gives;
  }

  /** Run a function; and where its results will be. */
  #start<Out extends Arrays>(...[role, fn, args, options, constants = []]: Run): Started<Out> {
    const shapes = leavesOf(args as Tree<ArraySpec>).map(([path, { shape }]) => `${path}[${shape}]`);
    const { alone = false, into, signal, lane } = options ?? {};
    const key = `${this.key} ${role} ${alone} ${shapes.join()}`;
    const program = this.engine.program<Out>(key, () =>
      withConstants(constants, (...fixed) =>
        this.engine.compile<Out>((...rest) => fn(...(fixed as never[]), ...rest), args as Tree<ArraySpec>[], {
          alone,
        }),
      ),
    );
    return program.start(args, { signal, lane, into: into as Arrays | undefined });
  }
}
