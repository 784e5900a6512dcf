/** Vectors of the built-in encoders on disk: those of one value are one entry of an {@link EmbeddingCache}. */

import { sha256 } from "../../base/sha256.js";
import { EmbeddingCache } from "../pretrained/cache.js";
import type { BuiltinEmbeddings } from "./types.js";

export class VectorCache {
  readonly #cache: EmbeddingCache;
  readonly #encoders: readonly string[];

  /** `about` determines the vectors besides the values; `encoders` are their names in the order of entries. */
  constructor(about: object, encoders: readonly string[]) {
    this.#encoders = encoders;
    const key = sha256(JSON.stringify(about));
    this.#cache = new EmbeddingCache(key, about);
  }

  /** The vectors of a value by its digest; undefined if they are not there. */
  async get(digest: string): Promise<BuiltinEmbeddings | undefined> {
    const entry = await this.#cache.get(digest);
    if (!entry) return undefined;
    const vectors: Record<string, Float32Array> = {};
    let at = 0;
    for (const name of this.#encoders) {
      const length = entry[at++];
      if (length > 0) vectors[name] = entry.slice(at, at + length);
      at += length;
    }
    return vectors;
  }

  /** Store the vectors of a value: for each encoder its length, 0 if it is absent, and its numbers. */
  async put(digest: string, vectors: BuiltinEmbeddings): Promise<void> {
    const parts = this.#encoders.map((name) => vectors[name] ?? new Float32Array(0));
    await this.#cache.put(digest, Float32Array.from(parts.flatMap((part) => [part.length, ...part])));
  }
}
