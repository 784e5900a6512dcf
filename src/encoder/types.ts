/** The interface of an encoder: one modality's arrays to embeddings of a given width. */

import type { z } from "zod";
import type { Arrays } from "../base/array.js";
import type { Random } from "../base/random.js";
import type { Tensor, Tensors } from "../engine/index.js";
import type { ModalityKind, ModalitySpec } from "../modality/index.js";
import type { StatisticsSource } from "../nn/normalise.js";
import type { ArraysOf } from "../nn/params.js";

/**
 * An encoder with its options chosen. Functions are pure; parameters and statistics are trees.
 *
 * `Params` and `State` are the types of the parameters and statistics that `encode` takes, `Initial` and `InitialState` the
 * same trees of plain arrays. `Encoder` without type arguments has unspecified parameters: `encode` takes the trees that
 * `init` and `initState` of the same encoder returned.
 */
export interface Encoder<
  Params = Tensors,
  State = Tensors,
  Spec extends ModalitySpec = ModalitySpec,
  Initial = Arrays,
  InitialState = Arrays,
> {
  /** Initial parameters for examples of `spec.shape` and embeddings of `width`. */
  init(spec: Spec, width: number, random: Random): Initial;
  /** Normalisation statistics before training. */
  initState(spec: Spec, width: number): InitialState;
  /** Encode `x` `[N, …spec.shape]`: `features` `[N, width]` and the statistics used. */
  encode(
    params: Params,
    x: Tensor,
    given: State,
    source: StatisticsSource,
  ): { features: Tensor; statistics: State };
}

/** An encoder with the types of its parameters and statistics. */
export type TypedEncoder<Params, State, Spec extends ModalitySpec = ModalitySpec> = Encoder<
  Params,
  State,
  Spec,
  ArraysOf<Params>,
  ArraysOf<State>
>;

/** The state of an encoder without normalisation statistics. */
export type Stateless = Readonly<Record<string, never>>;

/** One row of the encoder table. */
export interface EncoderMethod<
  Name extends string = string,
  Kind extends ModalityKind = ModalityKind,
  Options extends z.ZodObject = z.ZodObject,
> {
  readonly name: Name;
  /** One line for choosing a method. */
  readonly summary: string;
  /** Authors and year. */
  readonly source: string;
  /** The kind of modality it encodes. */
  readonly kind: Kind;
  /** What its arrays are embeddings of, of values of any kind; absent if they are arrays of the kind. */
  readonly embeddings?: "pretrained" | "builtin";
  /** Approximate number of activations stored per example for a gradient, measured on compiled programs; if absent, few. */
  activations?(spec: ModalitySpec, width: number, options: z.output<Options>): number;
  /** Schema of the options in a recipe, with defaults. */
  readonly options: Options;
  create(options: z.output<Options>): Encoder;
}

/** A row of the encoder table, with its literal name and kind and the type of its options. */
export const defineEncoder = <
  const Name extends string,
  const Kind extends ModalityKind,
  Options extends z.ZodObject,
>(
  row: EncoderMethod<Name, Kind, Options>,
): EncoderMethod<Name, Kind, Options> => row;
