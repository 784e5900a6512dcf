/** What a modality kind is: how its raw values are checked, planned and turned into arrays of one shape. */

import type { z } from "zod";
import type { Random } from "../base/random.js";

/** Every kind a data set may declare. */
export const modalityKinds = ["image", "audio", "text", "strokes", "tabular", "vector"] as const;
export type ModalityKind = (typeof modalityKinds)[number];

/**
 * How the values of one modality become arrays: plain JSON, stored in the model, so that every later example
 * is prepared alike. `shape` is the shape of one example's float32 array.
 */
export interface ModalitySpec {
  readonly kind: ModalityKind;
  readonly shape: readonly number[];
}

/** A media file that is read when it is needed. `name` is what errors call it: `images-0.tar.gz/0001.png`. */
export class Media {
  constructor(
    readonly name: string,
    readonly read: () => Promise<Uint8Array>,
    /** At least its first bytes, where that is cheaper than all of them. */
    readonly head: (bytes: number) => Promise<Uint8Array> = read,
  ) {}
}

/** A raw value with the place it came from, for errors: `metadata.jsonl:12, field "strokes"`. */
export interface Sample {
  readonly value: unknown;
  readonly where: string;
}

/** One kind of modality. Its functions throw `InputError`s that start with `where`. */
export interface Modality<Spec extends ModalitySpec = ModalitySpec> {
  /** What a stored spec must be: models are read by it. */
  readonly spec: z.ZodType<Spec>;
  /** A raw value of another form in the documented one, by the modality's options; as it is where it has neither. */
  read?(value: unknown, options: Record<string, unknown>): unknown;
  /** Check what can be seen of a raw value without decoding it. */
  check(value: unknown, where: string): void;
  /** Check the first bytes of a media file, without decoding it. */
  checkHead?(media: Media, where: string): Promise<void>;
  /**
   * Plan the arrays from the train rows' values and the data set's options; `where` names the options. `note` takes what was
   * decided by the values and changes them visibly: a size, a length.
   */
  plan(
    samples: readonly Sample[],
    options: Record<string, unknown>,
    where: string,
    note?: (text: string) => void,
  ): Promise<Spec>;
  /** Turn a raw value into its float32 array of `spec.shape`. */
  encode(value: unknown, spec: Spec, where: string): Promise<Float32Array>;
  /** Change an example's array in place as the example might have been otherwise: for training only. */
  augment(array: Float32Array, spec: Spec, random: Random): void;
}

/** A short name for a value in an error. */
export const describe = (value: unknown): string =>
  value === null ? "null" : Array.isArray(value) ? "an array" : `a value of type ${typeof value}`;

/** A value as an error shows it: JSON, cut short, that keeps numbers JSON has no word for. */
export function shown(value: unknown): string {
  const unsaid = (_: string, inner: unknown) =>
    typeof inner === "number" && !Number.isFinite(inner) ? `${inner}` : inner;
  try {
    const text = JSON.stringify(value, unsaid) ?? describe(value);
    return text.replaceAll(/"(-?Infinity|NaN)"/g, "$1").slice(0, 60);
  } catch {
    return describe(value);
  }
}
