/**
 * The network of a model: one encoder per modality, then a fusion; f(x) = fuse(g_1(x), …, g_M(x)).
 *
 * The model's choice of normalisation statistics is carried out here. A missing modality is masked by its presence mask:
 * encoders leave it out of their statistics, and the fusion out of the fused features.
 */

import type { Arrays } from "../base/array.js";
import type { Streams } from "../base/random.js";
import type { Encoder } from "../encoder/index.js";
import { np, type Tensor, type Tensors } from "../engine/index.js";
import { type ByModality, type Fusion, mapEach, type WeightedFeatures } from "../fusion/index.js";
import type { ModalitySpec } from "../modality/index.js";
import type { StatisticsSource } from "../nn/normalise.js";
import type { Batch } from "./batch.js";

/**
 * Source of normalisation statistics. `running`: running averages kept in the model's state while meta-training, so each
 * example is embedded independently. `support`: those of the support, for support and query alike. `batch`: each set's
 * own, so queries are embedded jointly (transductive).
 */
export type Normalisation = "running" | "support" | "batch";

/** An embedded batch. */
export interface Embedding {
  /** Fused features `[N, fused width]`. */
  readonly features: Tensor;
  /** Fusion weights α `[N]` per modality. */
  readonly weights: ByModality<Tensor>;
  /** Embeddings `[N, width]` per modality. */
  readonly parts: ByModality<Tensor>;
  /** Presence masks `[N]` per modality, 0 for padding. */
  readonly present: ByModality<Tensor>;
  /** Like `present`, but including what the view withholds. */
  readonly had: ByModality<Tensor>;
  /** Masks `[N]` per modality of what an auxiliary objective hides. */
  readonly hidden?: ByModality<Tensor>;
  /** The normalisation statistics used, per modality. */
  readonly statistics: ByModality<Tensors>;
  /** Fused features `[N, fused width]` under other presence masks. */
  fuse(present: ByModality<Tensor>): Tensor;
}

/** A network's parameters: those of the encoders per modality, and of the fusion. */
export type NetworkParams = { readonly encoders: ByModality<Tensors>; readonly fusion: Tensors };

interface NetworkOptions {
  /** The modalities in the model's order, each with its encoder and the shape of its arrays. */
  modalities: ByModality<{ encoder: Encoder; spec: ModalitySpec }>;
  fusion: Fusion;
  /** The modality whose encoder embeds label text, if the fusion uses label text. */
  labelText?: string;
  /** Width of the embeddings. */
  width: number;
  normalisation: Normalisation;
  /** Number of parts in which encoders compute large batches; default 1. */
  parts?: number;
}

export class Network {
  /** Width of each modality's embeddings. */
  readonly width: number;
  /** Width of the fused features. */
  readonly fusedWidth: number;
  readonly normalisation: Normalisation;
  readonly #options: NetworkOptions;

  constructor(options: NetworkOptions) {
    const { modalities, fusion, width } = options;
    this.width = width;
    this.fusedWidth = fusion.width?.(Object.keys(modalities).length, width) ?? width;
    this.normalisation = options.normalisation;
    this.#options = options;
  }

  /** Names of the modalities, in the model's order. */
  get modalities(): string[] {
    return Object.keys(this.#options.modalities);
  }

  /** Initial parameters; each modality's do not depend on the other modalities. */
  init(streams: Streams): { encoders: Record<string, Arrays>; fusion: Arrays } {
    const { modalities, fusion, labelText } = this.#options;
    const encoders = Object.entries(modalities).map(([name, { encoder, spec }]) => [
      name,
      encoder.init(spec, this.width, streams("encoder", name)),
    ]);
    return {
      encoders: Object.fromEntries(encoders),
      fusion: fusion.init(
        this.modalities,
        this.width,
        (...name) => streams("fusion", ...name),
        labelText !== undefined,
      ),
    };
  }

  /** Normalisation statistics before meta-training, per modality. */
  initState(): Record<string, Arrays> {
    return Object.fromEntries(
      Object.entries(this.#options.modalities).map(([name, { encoder, spec }]) => [
        name,
        encoder.initState(spec, this.width),
      ]),
    );
  }

  /**
   * Embed a batch.
   *
   * @param given normalisation statistics per modality.
   * @param use whether `given` or the batch's own statistics normalise it. A modality without examples uses `given`.
   */
  embed(
    params: NetworkParams,
    batch: Batch,
    given: ByModality<Tensors>,
    use: StatisticsSource["use"],
  ): Embedding {
    const parts: Record<string, Tensor> = {};
    const present: Record<string, Tensor> = {};
    const had: Record<string, Tensor> = {};
    const statistics = { ...given };
    for (const [name, { encoder }] of Object.entries(this.#options.modalities)) {
      if (!Object.hasOwn(batch.values, name)) continue;
      present[name] = batch.present[name].mul(batch.mask);
      had[name] = batch.withheld ? present[name].add(batch.withheld[name].mul(batch.mask)) : present[name];
      const source = { use, mask: present[name], parts: use === "kept" ? 1 : this.#options.parts };
      const encoded = encoder.encode(params.encoders[name], batch.values[name], statistics[name], source);
      parts[name] = encoded.features;
      statistics[name] = encoded.statistics;
    }
    const labelText = this.#embedLabelText(params, batch, given);
    const fuse = (masks: ByModality<Tensor>) =>
      this.#options.fusion.fuse(params.fusion, parts, masks, labelText);
    const { fused, weights } = fuse(present);
    return {
      features: fused,
      weights,
      parts,
      present,
      had,
      hidden: batch.hidden,
      statistics,
      fuse: (masks) => fuse(masks).fused,
    };
  }

  /** Embed label text by the encoder of the text modality. */
  #embedLabelText(
    params: NetworkParams,
    { labelText, mask }: Batch,
    given: ByModality<Tensors>,
  ): WeightedFeatures | undefined {
    const { modalities, labelText: name } = this.#options;
    if (!labelText || name === undefined) return undefined;
    const weight = labelText.present.mul(mask);
    const { features } = modalities[name].encoder.encode(
      params.encoders[name],
      labelText.values,
      given[name],
      { use: "given", mask: weight },
    );
    return { features, weight };
  }

  /** Whether the fusion is late: each modality predicts by itself. */
  get fusesLate(): boolean {
    return this.#options.fusion.split !== undefined;
  }

  /** For late fusion, a mask `[1]` per modality: 1 if an example of the support has it. Otherwise undefined. */
  supportModalities({ present, mask }: Batch): ByModality<Tensor> | undefined {
    if (!this.fusesLate) return undefined;
    return mapEach(present, (own) => np.max(own.mul(mask)).reshape([1]));
  }

  /** Embed a support. {@link embedQuery} is to be given its embedding's statistics. */
  embedSupport(params: NetworkParams, support: Batch, state: ByModality<Tensors>): Embedding {
    return this.embed(params, support, state, this.normalisation === "running" ? "kept" : "measured");
  }

  /** Embed queries; each independently, unless the model is transductive. */
  embedQuery(params: NetworkParams, query: Batch, statistics: ByModality<Tensors>): Embedding {
    const uses = { running: "kept", support: "given", batch: "measured" } as const;
    return this.embed(params, query, statistics, uses[this.normalisation]);
  }
}

/** Features `[N, fused width]` of a batch from one modality alone. */
export const unimodalFeatures = ({ present, fuse }: Embedding, name: string): Tensor =>
  fuse(mapEach(present, (mask, other) => (other === name ? mask : np.zerosLike(mask))));
