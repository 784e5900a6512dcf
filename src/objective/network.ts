/**
 * The network of a model: an encoder a modality, then a fusion; f(x) = Σ_m α_m g_m(x).
 *
 * Also the place where the normalisation choice is carried out: whose statistics normalise whom.
 */

import type { Arrays } from "../base/array.js";
import type { Streams } from "../base/random.js";
import type { Encoder } from "../encoder/index.js";
import { np, type Tensor, type Tensors } from "../engine/index.js";
import { type ByModality, type Expert, type Fusion, mapEach } from "../fusion/index.js";
import type { ModalitySpec } from "../modality/index.js";
import type { StatisticsSource } from "../nn/normalise.js";

/**
 * Where statistics come from. `running`: averages kept in the model's state while meta-training, so each example
 * is embedded alone. `support`: the support's, for support and query alike. `batch`: each set's own, which uses
 * the queries together and is transductive.
 */
export type Normalisation = "running" | "support" | "batch";

/** Examples as tensors. A modality that no example has may be left out; `mask` [N] is 0 for padding. */
export interface Batch {
  readonly values: ByModality<Tensor>;
  readonly present: ByModality<Tensor>;
  readonly mask: Tensor;
  /** What the labels of a support say, as values of a text modality: `present` [N] is 0 where one says nothing. */
  readonly labelText?: { readonly values: Tensor; readonly present: Tensor };
  /** [N] by modality: 1 where an auxiliary objective hides it from the others' sight, else 0; absent where none does. */
  readonly hidden?: ByModality<Tensor>;
  /** [N] by modality: 1 where an example has it and does not show it, so that `present` is 0; absent where all is shown. */
  readonly withheld?: ByModality<Tensor>;
}

/** A batch embedded: the fused features, what they were made of, and the statistics used. */
export interface Embedding {
  /** [N, fused width]. */
  readonly features: Tensor;
  /** α [N] by modality. */
  readonly weights: ByModality<Tensor>;
  /** [N, width] by modality. */
  readonly parts: ByModality<Tensor>;
  readonly present: ByModality<Tensor>;
  /** [N] by modality: 1 where an example has it, shown or withheld. */
  readonly had: ByModality<Tensor>;
  readonly hidden?: ByModality<Tensor>;
  readonly statistics: Tensors;
  /** The features [N, fused width] where only what is `present` [N] is seen of the parts. */
  fuse(present: ByModality<Tensor>): Tensor;
}

/** The parameters of a network: `encoders` by modality, and the fusion's. */
export type NetworkParams = { readonly encoders: ByModality<Tensors>; readonly fusion: Tensors };

export interface NetworkOptions {
  /** The modalities in the model's order, each with its encoder and how its values become arrays. */
  modalities: ByModality<{ encoder: Encoder; spec: ModalitySpec }>;
  fusion: Fusion;
  /** The modality whose encoder reads labels, where the fusion does. */
  labelText?: string;
  /** Features a vector has. */
  width: number;
  normalisation: Normalisation;
  /** Parts that large batches are computed in; default 1. */
  parts?: number;
}

export class Network {
  /** Features that a modality's vector has. */
  readonly width: number;
  /** Features that the fusion makes of them. */
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

  /** Their names, in the model's order. */
  get modalities(): string[] {
    return Object.keys(this.#options.modalities);
  }

  /** Initial parameters; each modality's are the same whatever other modalities there are. */
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

  /** Statistics before meta-training, by modality. */
  initState(): Record<string, Arrays> {
    return Object.fromEntries(
      Object.entries(this.#options.modalities).map(([name, { encoder, spec }]) => [
        name,
        encoder.initState(spec, this.width),
      ]),
    );
  }

  /** Embed a batch by given statistics, or by its own (the given ones where it has no example of a modality). */
  embed(params: NetworkParams, batch: Batch, given: Tensors, use: StatisticsSource["use"]): Embedding {
    const parts: Record<string, Tensor> = {};
    const present: Record<string, Tensor> = {};
    const had: Record<string, Tensor> = {};
    const statistics = { ...(given as Record<string, Tensors>) };
    for (const [name, { encoder }] of Object.entries(this.#options.modalities)) {
      if (!Object.hasOwn(batch.values, name)) continue;
      present[name] = batch.present[name].mul(batch.mask);
      had[name] = batch.withheld ? present[name].add(batch.withheld[name].mul(batch.mask)) : present[name];
      const source = { use, counts: present[name], parts: use === "kept" ? 1 : this.#options.parts };
      const encoded = encoder.encode(params.encoders[name], batch.values[name], statistics[name], source);
      parts[name] = encoded.features;
      statistics[name] = encoded.statistics;
    }
    const label = this.#readLabels(params, batch, given);
    const seeing = (some: ByModality<Tensor>) => this.#options.fusion.fuse(params.fusion, parts, some, label);
    const { fused, weights } = seeing(present);
    return {
      features: fused,
      weights,
      parts,
      present,
      had,
      hidden: batch.hidden,
      statistics,
      fuse: (some) => seeing(some).fused,
    };
  }

  /** What the labels say, by the encoder of a text modality. */
  #readLabels(params: NetworkParams, { labelText, mask }: Batch, given: Tensors): Expert | undefined {
    const { modalities, labelText: name } = this.#options;
    if (!labelText || name === undefined) return undefined;
    const counts = labelText.present.mul(mask);
    const own = (given as Record<string, Tensors>)[name];
    const source = { use: "given", counts } as const;
    const { features } = modalities[name].encoder.encode(
      params.encoders[name],
      labelText.values,
      own,
      source,
    );
    return { features, weight: counts };
  }

  /** Whether the fusion keeps modalities apart, so that each predicts by itself. */
  get isApart(): boolean {
    return this.#options.fusion.apart !== undefined;
  }

  /** By modality [1]: 1 if an example of the support has it. Undefined unless modalities are kept apart. */
  shownBy({ present, mask }: Batch): ByModality<Tensor> | undefined {
    if (!this.isApart) return undefined;
    return mapEach(present, (has) => np.max(has.mul(mask)).reshape([1]));
  }

  /** Embed a support. Its embedding's statistics are what {@link embedQuery} is to be given. */
  embedSupport(params: NetworkParams, support: Batch, state: Tensors): Embedding {
    return this.embed(params, support, state, this.normalisation === "running" ? "kept" : "measured");
  }

  /** Embed queries; each alone, unless the model's normalisation is transductive. */
  embedQuery(params: NetworkParams, query: Batch, statistics: Tensors): Embedding {
    const uses = { running: "kept", support: "given", batch: "measured" } as const;
    return this.embed(params, query, statistics, uses[this.normalisation]);
  }
}

/** The features [N, fused width] of a batch if only one modality is seen. */
export const seenAlone = ({ present, fuse }: Embedding, name: string): Tensor =>
  fuse(mapEach(present, (has, other) => (other === name ? has : np.zerosLike(has))));

/** [N]: 1 for an example that can say something. Padding, and an example without any modality, is 0. */
export function countsOf({ mask, present }: Batch): Tensor {
  return Object.values(present)
    .reduce((a, b) => np.maximum(a, b), np.zerosLike(mask))
    .mul(mask);
}

/** The batch without the modalities that were not `shown`, in the examples that have another. */
export function onlyShown<B extends Batch>(batch: B, shown: ByModality<Tensor> | undefined): B {
  const names = Object.keys(batch.present);
  if (!shown || names.length === 0) return batch;
  const seen = mapEach(batch.present, (has, name) => has.mul(shown[name] ?? 0));
  const any = Object.values(seen).reduce((a, b) => np.maximum(a, b));
  return {
    ...batch,
    present: mapEach(batch.present, (has, name) => np.where(any.greater(0), seen[name], has)),
  };
}

/**
 * Two batches as one. A modality that only one of them has is absent from the other's examples. Of labels, what the first
 * says is kept: the support's.
 */
export function joinBatches(first: Batch, second: Batch): Batch {
  const names = [...new Set([...Object.keys(first.values), ...Object.keys(second.values)])];
  const join = (one: ByModality<Tensor>, other: ByModality<Tensor>) =>
    Object.fromEntries(
      names.map((name) => {
        const [a, b] = [one[name], other[name]];
        const like = (own: Tensor, mask: Tensor) => np.zeros([mask.shape[0], ...own.shape.slice(1)]);
        return [name, np.concatenate([a ?? like(b, first.mask), b ?? like(a, second.mask)], 0)];
      }),
    );
  return {
    values: join(first.values, second.values),
    present: join(first.present, second.present),
    ...(first.hidden && second.hidden && { hidden: join(first.hidden, second.hidden) }),
    ...(first.withheld && second.withheld && { withheld: join(first.withheld, second.withheld) }),
    ...(first.labelText && { labelText: labelledFirst(first.labelText, second.mask) }),
    mask: np.concatenate([first.mask, second.mask], 0),
  };
}

/** What labels say of a batch that is followed by another, of whose labels nothing is said. */
function labelledFirst({ values, present }: NonNullable<Batch["labelText"]>, mask: Tensor) {
  const none = np.zeros([mask.shape[0], ...values.shape.slice(1)]);
  return {
    values: np.concatenate([values, none], 0),
    present: np.concatenate([present, np.zerosLike(mask)], 0),
  };
}
