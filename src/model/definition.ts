/**
 * The pure part of a model: what a recipe makes of modalities. It holds the network, the learner, and the terms of the
 * objective, and gives initial parameters; it compiles and runs nothing.
 */

import { alignmentOf } from "../alignment/index.js";
import { auxiliaryMethodOf } from "../auxiliary/index.js";
import type { Arrays } from "../base/array.js";
import { type Random, type Streams, streamsOf, undrawn } from "../base/random.js";
import { sha256 } from "../base/sha256.js";
import { labelModality } from "../data/index.js";
import { encoderFor } from "../encoder/index.js";
import type { EpisodeArrays, View } from "../episode/index.js";
import { fusionOf } from "../fusion/index.js";
import { type Learner, learnerMethodOf, learnerOf, withExperts } from "../learner/index.js";
import type { ModalitySpec } from "../modality/index.js";
import {
  type Certainty,
  type Context,
  Network,
  type Normalisation,
  taskObjectives,
} from "../objective/index.js";
import { mostOf, type Recipe } from "./recipe.js";
import { viewOf } from "./view.js";
import type { Weights } from "./weights.js";

/** Parts that large batches are divided into when a step is a single episode, so that threads can share it. */
const PARTS_OF_SINGLE_EPISODE = 2;

/** The functions and the shapes of a model, from its recipe and its modalities' array specifications. */
export class ModelDefinition {
  readonly learner: Learner;
  readonly network: Network;
  readonly context: Context;
  /** What training episodes show of their examples. */
  readonly view: View;
  /** A digest of everything computed here: definitions with equal keys compute the same functions. */
  readonly key: string;
  /** Arrays of the shapes of each modality's encoder parameters. */
  #encoderShapes: Readonly<Record<string, Arrays>> | undefined;

  constructor(
    readonly recipe: Recipe,
    readonly specs: Readonly<Record<string, ModalitySpec>>,
  ) {
    const { task, alignment, auxiliary, normalisation, episode } = recipe;
    const fusion = fusionOf(recipe.fusion);
    const learner = learnerOf(recipe.learner, task);
    const { split } = fusion;
    this.learner = split
      ? withExperts(learner, { modalities: this.modalities, width: recipe.width, split }, task)
      : learner;
    const modalities = Object.fromEntries(
      Object.entries(specs).map(([modality, spec]) => {
        const encoder = encoderFor(recipe.encoders[modality], spec, `recipe, field "encoders.${modality}"`);
        return [modality, { encoder, spec }];
      }),
    );
    this.view = viewOf(episode, specs, task, (field) => `recipe, field "episode.${field}"`);
    const parts = recipe.train.metaBatch === 1 ? PARTS_OF_SINGLE_EPISODE : 1;
    this.network = new Network({
      modalities,
      labelText: fusion.usesLabelText ? labelModality(specs) : undefined,
      fusion,
      width: recipe.width,
      normalisation:
        episode.mode === "transductive" ? "batch" : (normalisation ?? this.learner.normalisations[0]),
      parts,
    });
    const method = alignmentOf(alignment.name);
    const { name, ...auxiliaryOptions } = auxiliary;
    const auxiliaryMethod = auxiliaryMethodOf(name);
    this.context = {
      network: this.network,
      objective: taskObjectives[task],
      alignment: method && { method, weight: alignment.weight },
      auxiliary: auxiliaryMethod && {
        method: auxiliaryMethod.create(auxiliaryOptions),
        weight: "weight" in auxiliary ? auxiliary.weight : 0,
      },
    };
    const identity = JSON.stringify([
      task,
      recipe.encoders,
      recipe.fusion,
      recipe.width,
      alignment,
      auxiliary,
      recipe.learner,
      normalisation,
      episode.mode,
      parts,
      specs,
    ]);
    this.key = sha256(identity);
  }

  /** The modalities' names, in the model's order. */
  get modalities(): string[] {
    return Object.keys(this.specs);
  }

  /** The certainty score by which a query is flagged `unknown`. */
  get certainty(): Certainty {
    return learnerMethodOf(this.recipe.learner.name).certainty;
  }

  /** The specification of label text, if the fusion or a view's label shots use it and a modality is text. */
  labelTextSpec({ labelShots = 0 }: View = this.view): ModalitySpec | undefined {
    const name = labelModality(this.specs);
    const isUsed = labelShots > 0 || fusionOf(this.recipe.fusion).usesLabelText;
    return isUsed && name !== undefined ? this.specs[name] : undefined;
  }

  /** Whether the alignment or the auxiliary loss includes modalities that an episode's view withholds. */
  get usesWithheld(): boolean {
    const { alignment, auxiliary } = this.context;
    return (alignment?.weight ?? 0) > 0 || auxiliary?.method.loss !== undefined;
  }

  /** Features of a fused embedding. */
  get fusedWidth(): number {
    return this.network.fusedWidth;
  }

  /** The source of normalisation statistics. */
  get normalisation(): Normalisation {
    return this.network.normalisation;
  }

  /** Whether queries are normalised by their own statistics, so that predictions depend on the other queries. */
  get transductive(): boolean {
    return this.normalisation === "batch";
  }

  /** Whether adapting only fits a head, to embeddings that are the same in every episode. */
  get embedsOnce(): boolean {
    return this.learner.head !== undefined && this.normalisation === "running";
  }

  /** The same model with another mode of normalising queries. */
  withMode(mode: Recipe["episode"]["mode"]): ModelDefinition {
    const { recipe, specs } = this;
    if (mode === recipe.episode.mode) return this;
    return new ModelDefinition({ ...recipe, episode: { ...recipe.episode, mode } }, specs);
  }

  /** Parameters and statistics before meta-training. */
  init(seed: number): Weights {
    return this.#init(streamsOf(seed));
  }

  /** Arrays of the weights' shapes with meaningless values, against which stored weights are checked. */
  blankWeights(): Weights {
    return this.#init(() => undrawn);
  }

  #init(streams: Streams): Weights {
    const network = this.network.init(streams);
    const { width, fusedWidth } = this.network;
    const { alignment, auxiliary } = this.context;
    const way = mostOf(this.recipe.episode.way);
    return {
      params: {
        network,
        learner: this.learner.init(fusedWidth, streams("learner"), { way, network }),
        alignment: alignment?.method.init?.() ?? {},
        relation: auxiliary?.method.init?.(this.modalities, width, streams("relation"), fusedWidth) ?? {},
      },
      state: { ...this.network.initState(), ...this.learner.initState?.(fusedWidth) },
    };
  }

  /** Apply the random changes of the auxiliary objective to a training episode: hidden modalities, gradient noise. */
  drawAuxiliary(episode: EpisodeArrays, random: Random): EpisodeArrays {
    const { draw } = this.context.auxiliary?.method ?? {};
    if (!draw) return episode;
    this.#encoderShapes ??= this.network.init(() => undrawn).encoders;
    return draw(episode, random, this.#encoderShapes);
  }
}
