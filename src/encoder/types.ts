/** What an encoder is: one modality's arrays → vectors of one width. */

import type { z } from "zod";
import type { Arrays } from "../base/array.js";
import type { Random } from "../base/random.js";
import type { Tensor, Tensors } from "../engine/index.js";
import type { ModalityKind, ModalitySpec } from "../modality/index.js";
import type { StatisticsSource } from "../nn/normalise.js";

/** An encoder with its options chosen. Functions are pure; parameters and statistics are trees. */
export interface Encoder {
  /** Parameters for examples of `spec.shape` and vectors of `width`. */
  init(spec: ModalitySpec, width: number, random: Random): Arrays;
  /** Statistics before any batch was seen. */
  initState(spec: ModalitySpec, width: number): Arrays;
  /** `x` [N, …spec.shape] gives `features` [N, width], and the statistics used. */
  encode(
    params: Tensors,
    x: Tensor,
    given: Tensors,
    source: StatisticsSource,
  ): { features: Tensor; statistics: Tensors };
}

/** One row of the encoder table. */
export interface EncoderMethod<
  Name extends string = string,
  Kind extends ModalityKind = ModalityKind,
  Options extends z.ZodObject = z.ZodObject,
> {
  readonly name: Name;
  /** One line for people choosing. */
  readonly summary: string;
  /** Authors and year of the method. */
  readonly source: string;
  /** The kind of modality it encodes. */
  readonly kind: Kind;
  /** True where its arrays are embeddings of a frozen encoder, of values of any kind. */
  readonly isFrozen?: boolean;
  /** Numbers that a gradient keeps of one example, about; absent where they are few. Measured on compiled programs. */
  activations?(spec: ModalitySpec, width: number, options: z.output<Options>): number;
  /** The options a recipe may give, with their defaults. */
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
