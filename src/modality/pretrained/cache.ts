/**
 * Embeddings on disk, one file per value, named by a digest of the value, so that no entry goes out of date. A file contains
 * the SHA-256 of the embedding and the embedding itself, float32; a damaged file is ignored. Files are written under a
 * temporary name and moved, so that several processes can share the folder.
 *
 * The folder is METAMODAL_CACHE, else `metamodal` in XDG_CACHE_HOME or ~/.cache. Each encoder has a folder in `embeddings`
 * with an `about.json` that describes it. All of it can be deleted at any time.
 */

import { createHash, randomUUID } from "node:crypto";
import { readFile, rename, rm, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { InputError } from "../../base/errors.js";
import { makeFolder } from "../../base/make-folder.js";

/** The folder of everything that can be recomputed. */
export const cacheFolder = (): string =>
  process.env.METAMODAL_CACHE || join(process.env.XDG_CACHE_HOME || join(homedir(), ".cache"), "metamodal");

const digestBytes = 32;
const digestOf = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest();

/** The embeddings of one encoder. */
export class EmbeddingCache {
  readonly #folder: string;
  #announced: Promise<void> | undefined;

  /** `encoder` names the folder: a digest of all that determines an embedding besides the value. `about` describes it. */
  constructor(
    encoder: string,
    readonly about: object,
  ) {
    this.#folder = join(cacheFolder(), "embeddings", encoder);
  }

  /** The embedding stored under `key`; undefined if there is none, or if it is damaged. */
  async get(key: string): Promise<Float32Array | undefined> {
    const bytes = await readFile(this.#pathOf(key)).catch(() => undefined);
    if (!bytes || bytes.length <= digestBytes || (bytes.length - digestBytes) % 4 !== 0) return undefined;
    const data = bytes.subarray(digestBytes);
    if (!digestOf(data).equals(bytes.subarray(0, digestBytes))) return undefined;
    return new Float32Array(Uint8Array.from(data).buffer);
  }

  /** Store an embedding. */
  async put(key: string, vector: Float32Array): Promise<void> {
    const data = new Uint8Array(vector.buffer, vector.byteOffset, vector.byteLength);
    this.#announced ??= this.#write(
      join(this.#folder, "about.json"),
      `${JSON.stringify(this.about, null, 2)}\n`,
    );
    await this.#announced;
    await this.#write(this.#pathOf(key), Buffer.concat([digestOf(data), data]));
  }

  #pathOf = (key: string) => join(this.#folder, key.slice(0, 2), key.slice(2));

  async #write(path: string, contents: string | Uint8Array): Promise<void> {
    const draft = `${path}.${randomUUID()}`;
    try {
      makeFolder(dirname(path));
      await writeFile(draft, contents);
      await rename(draft, path);
    } catch (cause) {
      await rm(draft, { force: true }).catch(() => {});
      throw notWritable(cause as NodeJS.ErrnoException);
    }
  }
}

const notWritable = (cause: NodeJS.ErrnoException) =>
  new InputError(
    {
      code: "pretrained/cache",
      where: cacheFolder(),
      problem: `embeddings cannot be written there (${cause.code ?? cause.message})`,
      expected: "a writable folder with free space",
      remedy: "Set METAMODAL_CACHE to another folder, or empty this one.",
    },
    { cause },
  );
