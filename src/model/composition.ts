/** What a recipe makes of modalities: a network, a learner, and what is aligned and related: whatever needs no program. */

import { createHash } from "node:crypto";
import { alignmentOf } from "../alignment/index.js";
import { auxiliaryMethodOf } from "../auxiliary/index.js";
import type { Arrays } from "../base/array.js";
import { type Random, type Streams, streamsOf, undrawn } from "../base/random.js";
import { labelModality } from "../data/index.js";
import { encoderFor } from "../encoder/index.js";
import type { EpisodeArrays, View } from "../episode/index.js";
import { fusionOf } from "../fusion/index.js";
import { type Context, type Learner, learnerMethodOf, learnerOf, withExperts } from "../learner/index.js";
import type { ModalitySpec } from "../modality/index.js";
import { type Certainty, judges, Network, type Normalisation } from "../objective/index.js";
import type { Weights } from "./programs.js";
import { mostOf, type Recipe } from "./recipe.js";
import { viewOf } from "./view.js";

/** The parts that large batches are computed in where a step is one episode: what threads can share. */
const PARTS_ALONE = 2;

export class Composition {
  readonly learner: Learner;
  protected readonly context: Context;
  protected readonly network: Network;
  /** Arrays like the parameters of each modality's encoder. */
  #encoders: Readonly<Record<string, Arrays>> | undefined;
  /** What episodes show, unless it is asked otherwise. */
  readonly view: View;
  /** Names what is composed: equal keys compute the same. */
  readonly key: string;

  constructor(
    readonly recipe: Recipe,
    readonly specs: Readonly<Record<string, ModalitySpec>>,
  ) {
    const { task, learner, alignment, auxiliary, normalisation, episode } = recipe;
    const fusion = fusionOf(recipe.fusion);
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
    const parts = recipe.train.metaBatch === 1 ? PARTS_ALONE : 1;
    this.network = new Network({
      modalities,
      labelText: fusion.readsLabels ? labelModality(specs) : undefined,
      fusion,
      width: recipe.width,
      normalisation:
        episode.mode === "transductive" ? "batch" : (normalisation ?? this.learner.normalisations[0]),
      parts,
    });
    const method = alignmentOf(alignment.name);
    const { name: auxiliaryName, ...auxiliaryOptions } = auxiliary;
    const auxiliaryMethod = auxiliaryMethodOf(auxiliaryName);
    this.context = {
      network: this.network,
      judge: judges[task],
      alignment: method && { method, weight: alignment.weight },
      auxiliary: auxiliaryMethod && {
        method: auxiliaryMethod.create(auxiliaryOptions),
        weight: Number(auxiliaryOptions.weight ?? 0),
      },
    };
    const identity = JSON.stringify([
      task,
      recipe.encoders,
      recipe.fusion,
      recipe.width,
      alignment,
      auxiliary,
      learner,
      normalisation,
      episode.mode,
      parts,
      specs,
    ]);
    this.key = createHash("sha256").update(identity).digest("hex");
  }

  /** What the learner's certainty of an answer is read from. */
  get certainty(): Certainty {
    return learnerMethodOf(this.recipe.learner.name).certainty;
  }

  get modalities(): string[] {
    return Object.keys(this.specs);
  }

  /** How labels become arrays as text, where the fusion or a view reads them and a modality is text. */
  labelSpec({ labelShots = 0 }: View = this.view): ModalitySpec | undefined {
    const name = labelModality(this.specs);
    const isRead = labelShots > 0 || fusionOf(this.recipe.fusion).readsLabels;
    return isRead && name !== undefined ? this.specs[name] : undefined;
  }

  /** Whether alignment or auxiliary objective see what examples have and do not show. */
  get seesWithheld(): boolean {
    const { alignment, auxiliary } = this.context;
    return (alignment?.weight ?? 0) > 0 || auxiliary?.method.loss !== undefined;
  }

  /** Features that an embedded example has. */
  get fusedWidth(): number {
    return this.network.fusedWidth;
  }

  /** Whose statistics normalise whom. */
  get normalisation(): Normalisation {
    return this.network.normalisation;
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
    return this.#init(streamsOf(seed));
  }

  /** Weights of this model's shapes, all of no meaning: what is read from a file is held against them. */
  like(): Weights {
    return this.#init(() => undrawn);
  }

  #init(streams: Streams): Weights {
    const network = this.network.init(streams);
    const { width, fusedWidth } = this.network;
    const way = mostOf(this.recipe.episode.way);
    return {
      params: {
        network,
        learner: this.learner.init(fusedWidth, streams("learner"), { way, network }),
        alignment: this.context.alignment?.method.init?.() ?? {},
        relation:
          this.context.auxiliary?.method.init?.(this.modalities, width, streams("relation"), fusedWidth) ??
          {},
      },
      state: { ...this.network.initState(), ...this.learner.initState?.(fusedWidth) },
    };
  }

  /** A training episode as the auxiliary objective shows it to the model. */
  draw(episode: EpisodeArrays, random: Random): EpisodeArrays {
    const { draw } = this.context.auxiliary?.method ?? {};
    if (!draw) return episode;
    this.#encoders ??= this.network.init(() => undrawn).encoders;
    return draw(episode, random, this.#encoders);
  }
}
