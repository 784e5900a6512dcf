/** The interface of a modality kind: how raw values are checked, planned and encoded as arrays of one shape. */

import type { z } from "zod";
import type { Random } from "../base/random.js";

/** The kinds that a data set may declare. */
export const modalityKinds = ["image", "audio", "text", "strokes", "tabular", "vector"] as const;
export type ModalityKind = (typeof modalityKinds)[number];

/**
 * The plan of one modality: how its values become arrays. Plain JSON, stored in the model, so that later examples are encoded
 * in the same way. `shape` is the shape of one example's float32 array.
 */
export interface ModalitySpec {
  readonly kind: ModalityKind;
  readonly shape: readonly number[];
}

/** A media file, read when it is needed. `name` is its name in errors: `images-0.tar.gz/0001.png`. */
export class Media {
  constructor(
    readonly name: string,
    readonly read: () => Promise<Uint8Array>,
    /** At least the first bytes, for sources where reading them is cheaper than reading all. */
    readonly head: (bytes: number) => Promise<Uint8Array> = read,
  ) {}
}

/** A raw value and its source, for errors: `metadata.jsonl:12, field "strokes"`. */
export interface Sample {
  readonly value: unknown;
  readonly where: string;
}

/** The media files of a kind. */
interface MediaFiles {
  /** File name extensions, without the dot. */
  readonly extensions: readonly string[];
  /** Whether bytes are the beginning of such a file; absent for formats without a signature. */
  readonly isHead?: (bytes: Uint8Array) => boolean;
  /** Names of folders that say the kind of their files and nothing more: `images`, `imgs`. */
  readonly folders?: RegExp;
  /** Singular and plural noun; `file` by default. */
  readonly noun?: readonly [one: string, many: string];
}

/** The size of a raw value and its unit. */
export interface ValueSize {
  readonly of: string;
  readonly size: number;
}

/** One kind of modality. Its functions throw `InputError`s that start with `where`. */
export interface Modality<Spec extends ModalitySpec = ModalitySpec> {
  /** The schema of a stored spec. */
  readonly spec: z.ZodType<Spec>;
  /** The media files that may hold a value; absent for kinds whose values are written in tables and JSON only. */
  readonly files?: MediaFiles;
  /** Convert a raw value in an alternative form to the documented one; other values are returned unchanged. */
  read?(value: unknown, options: Record<string, unknown>): unknown;
  /** Check a raw value as far as possible without decoding it. */
  check(value: unknown, where: string): void;
  /** Check the first bytes of a media file, without decoding it. */
  checkHead?(media: Media, where: string): Promise<void>;
  /** The size of a checked value, measured without decoding it; undefined if it cannot be. */
  sizeOf(value: unknown): ValueSize | undefined | Promise<ValueSize | undefined>;
  /**
   * Plan the arrays from the values of the train rows and the options of the data set; `where` names the options. `note`
   * receives decisions that change values visibly: a size, a length.
   */
  plan(
    samples: readonly Sample[],
    options: Record<string, unknown>,
    where: string,
    note?: (text: string) => void,
  ): Promise<Spec>;
  /** Encode a raw value as a float32 array of `spec.shape`. */
  encode(value: unknown, spec: Spec, where: string): Promise<Float32Array>;
  /** Augment an example's array in place, in training only. */
  augment(array: Float32Array, spec: Spec, random: Random): void;
}

/** The type of a value in an error. */
export const describe = (value: unknown): string =>
  value === null ? "null" : Array.isArray(value) ? "an array" : `a value of type ${typeof value}`;

/** A value in an error: JSON of at most 60 characters, with `NaN` and `Infinity` as they are. */
export function shown(value: unknown): string {
  const nonFinite = (_: string, inner: unknown) =>
    typeof inner === "number" && !Number.isFinite(inner) ? `${inner}` : inner;
  try {
    const text = JSON.stringify(value, nonFinite) ?? describe(value);
    return text.replaceAll(/"(-?Infinity|NaN)"/g, "$1").slice(0, 60);
  } catch {
    return describe(value);
  }
}
