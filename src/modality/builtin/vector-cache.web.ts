/** Vectors of the built-in encoders in a page: none are kept, since a page has no place for them that others do not share. */

import type { BuiltinEmbeddings } from "./types.js";

export class VectorCache {
  /** Always undefined. */
  async get(_digest: string): Promise<BuiltinEmbeddings | undefined> {
    return undefined;
  }

  /** Does nothing. */
  async put(_digest: string, _vectors: BuiltinEmbeddings): Promise<void> {}
}
