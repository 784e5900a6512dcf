/** Built-in frozen encoders: what each kind of value is embedded by. */

import type { ModalityKind } from "../modality.js";
import type { Contents } from "../pretrained/types.js";

/** One encoder of a kind: a vector of `length` numbers under `name`. */
export interface BuiltinEncoder {
  readonly name: string;
  readonly length: number;
  /** The files in the folder `encoders` that it needs; none for encoders without weights. */
  readonly files?: readonly string[];
  /** The name of its constants among the projections (projection.ts); absent for an encoder without constants. */
  readonly constants?: string;
}

/** Embeddings of a value by the names of encoders; one that cannot encode the value is absent. */
export type BuiltinEmbeddings = Readonly<Record<string, Float32Array>>;

/** The built-in encoders of one kind of value. */
export interface BuiltinKind {
  readonly kind: ModalityKind;
  /** Incremented when the same value gives other embeddings with the same files. */
  readonly version: number;
  readonly encoders: readonly BuiltinEncoder[];
  /** The bytes of a value, whose digest is the cache key of its embeddings. @throws {InputError} for a value of another kind */
  contents(value: unknown, where: string): Promise<Contents>;
  /**
   * Embed values, by the encoders whose files are there. The embeddings of a value do not depend on the others, and are raw: they are standardised later.
   *
   * @throws {InputError} for a value that cannot be decoded, and for files that are missing or damaged
   */
  embed(contents: readonly Contents[]): Promise<BuiltinEmbeddings[]>;
}
