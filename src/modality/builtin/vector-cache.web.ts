/** Vectors of the built-in encoders in a page: none are kept, since a page has no place for them that others do not share. */

import type { BuiltinEmbeddings } from "./types.js";

export class VectorCache {
  /** A cache without entries. */
  async get(_digest: string): Promise<BuiltinEmbeddings | undefined> {
    return undefined;
  }

  /** Forget the vectors of a value. */
  async put(_digest: string, _vectors: BuiltinEmbeddings): Promise<void> {}
}
